import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TOOLKIT } from '../../lib/infra/cdk-toolkit.ts'
import { configKeys, readConfig } from '../../lib/infra/config.ts'
import { DEFAULT_REGION, pricesOf } from '../../lib/plan/price-table.ts'
import { templateOf } from '../infra/template.ts'
import { chapter, column } from './markdown.ts'

const page = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8')
const rows = column(chapter(page, 'Configuration'))

describe('docs/deploying.md', () => {
  it('has every value of the configuration, and no other', () => {
    const named = rows.flatMap(cell => cell.split(', ').map(name => name.replaceAll('`', '')))
    const leaves = configKeys().filter(key => !configKeys().some(other => other.startsWith(`${key}.`)))
    // Written as one: they are given together.
    const together = ['throttle', 'reservedConcurrency', 'legTimes']
    const expected = leaves.map(key => together.find(whole => key.startsWith(`${whole}.`)) ?? key)
    expect(named.toSorted()).toEqual([...new Set(expected)].toSorted())
  })

  it('has the defaults', () => {
    const read = readConfig({ allow: { hosts: ['a.example'] } })
    if (!read.ok) throw new Error('the smallest configuration is refused')
    const { ceilings, retentionDays, logRetentionDays, throttle, stack, secretPrefix } = read.value
    const table = chapter(page, 'Configuration')
    const last = (name: string) => new RegExp(`^\\| \`${name}\` \\|.*\\| (.*) \\|$`, 'm').exec(table)?.[1]
    for (const [name, value] of Object.entries(ceilings))
      expect([name, last(`ceilings.${name}`)]).toEqual([
        name,
        name === 'durationMs' ? `${value / 3_600_000} hours` : value.toLocaleString('en-US'),
      ])
    expect(last('retentionDays')).toBe(String(retentionDays))
    expect(last('logRetentionDays')).toBe(String(logRetentionDays))
    expect(last('throttle')).toBe(`${throttle.ratePerSecond}, ${throttle.burst}`)
    expect(last('stack')).toBe(`\`${stack}\``)
    expect(last('secretPrefix')).toBe(`\`${secretPrefix}\``)
  })

  it.each([
    ['itself', chapter(page, 'Prerequisites')],
    ['and README', chapter(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'), 'On AWS')],
  ])('%s name what deploying needs, where it is first shown', (_, text) => {
    const needs = [...TOOLKIT, 'AWS account', 'credentials', '--region', 'AWS_REGION', 'cdk bootstrap', '--bootstrap']
    expect([...needs, 'squall.config.ts'].filter(name => !text.includes(name))).toEqual([])
  })

  it('counts what is made', () => {
    const template = templateOf()
    const made = chapter(page, 'What is made')
    const count = (type: string) => Object.keys(template.findResources(type)).length
    expect(made).toContain(`${count('AWS::Lambda::Function')} Lambda functions`)
    expect(made).toContain(`${count('AWS::StepFunctions::StateMachine')} Step Functions machines`)
    expect(made).toContain(`${count('AWS::SNS::Topic')} SNS topics, ${count('AWS::SQS::Queue')} dead-letter queues`)
    expect(made).toContain(`${count('AWS::CloudWatch::Alarm')} CloudWatch alarms`)
  })

  it('has the prices at rest that the price table has', () => {
    const { date, unitUsd } = pricesOf(DEFAULT_REGION)
    const made = chapter(page, 'What is made')
    expect(made).toMatch(new RegExp(`^\\| S3 bucket \\|.*\\| ${unitUsd.objectGbMonth} USD a GB \\|$`, 'm'))
    expect(made).toMatch(
      new RegExp(`^\\| log groups \\|.*\\| ${unitUsd.logGb.toFixed(2)} USD a GB that is written`, 'm'),
    )
    expect(made).toContain(`of ${date}`)
  })
})
