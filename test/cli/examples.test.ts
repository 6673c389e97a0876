import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import type { ProgressEvent } from '../../lib/report/progress-event.ts'
import type { Report } from '../../lib/report/report.ts'
import { it, type Shell } from './shell.ts'

const folder = fileURLToPath(new URL('../../examples/', import.meta.url))

/** What makes each example short; the first comment of a file names its variables. */
const shortened: Readonly<Record<string, readonly string[]>> = {
  'baseline-spike-soak.yml': ['--set', 'ramp=1s', '--set', 'part=1s', '--set', 'soak=1s'],
  'burst.yml': ['--set', 'users=60', '--set', 'spawn=30/s', '--set', 'time=4s'],
  'demo.yml': ['--set', 'hold=1s'],
  'endpoint-errors.yml': ['--set', 'ramp=1s', '--set', 'peak=40/s', '--set', 'time=2s'],
  'smoke.ts': ['--for', '1s'],
  'smoke.yml': [],
  'user-classes.yml': ['--set', 'users=30', '--set', 'spawn=30/s', '--set', 'time=3s'],
  'webhook.yml': ['--set', 'users=30', '--set', 'ramp=1s', '--set', 'hold=2s'],
}

/** The finding that each fault of the sample target leads to. */
const faults: Readonly<Record<string, string>> = {
  pool: 'pool exhausted',
  ratelimit: 'rate limited',
  slow: 'slow endpoint',
  refuse: 'refused',
}

/** What a target without a fault can never show; slowness it can, on a busy machine. */
const failing = ['pool exhausted', 'rate limited', 'refused']

/** Runs against the sample target and gives the report. */
async function demo(shell: Shell, args: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await shell.squall(['demo', '--json', '--generators', '1', ...args])
  expect(code, stderr).toBeLessThan(3)
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as ProgressEvent
  if (last.event !== 'report') throw new Error(`the last event is ${last.event}`)
  return last.report
}

describe.concurrent('examples', () => {
  it('every example is among those that are run here', () => {
    const scenarios = readdirSync(folder).filter(name => /\.(yml|ts)$/.test(name))
    expect(scenarios).toEqual(Object.keys(shortened))
  })

  it.for(Object.entries(shortened))(
    '%s: accepted by check, and runs against the sample target',
    async ([name, args], { openShell }) => {
      const shell = openShell()
      const check = await shell.squall(['check', `${folder}${name}`])
      expect([check.code, check.stderr]).toEqual([0, ''])
      expect(check.stdout).not.toMatch(/warning/i)
      const report = await demo(shell, [`${folder}${name}`, ...args])
      expect(report.total.count).toBeGreaterThan(0)
      expect(report.total.failures, JSON.stringify(report.total.errors)).toBe(0)
      expect(report.arrivals.missed).toBe(0)
      expect(report.findings.map(({ kind }) => kind).filter(kind => failing.includes(kind))).toEqual([])
    },
  )
})

describe('squall demo --fault', () => {
  it.for(Object.entries(faults))('%s is found: %s', async ([fault, finding], { openShell }) => {
    const report = await demo(openShell(), ['--fault', fault, '--for', '8s'])
    expect(report.verdict.result).not.toBe('pass')
    expect(report.findings.map(({ kind }) => kind)).toContain(finding)
  })

  it('--serve only starts the target, until Ctrl-C', async ({ openShell }) => {
    const shell = openShell()
    const serving = shell.start(['demo', '--serve', '--port', '0'])
    await serving.until(/answers at http:\/\/127\.0\.0\.1:\d+/)
    const url = /http:\S+?(?=;)/.exec(serving.stdout())?.[0] ?? ''
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'up' })
    const taken = await shell.squall(['demo', '--serve', '--port', new URL(url).port])
    expect([taken.code, taken.stdout]).toEqual([3, ''])
    expect(taken.stderr).toMatch(/cannot listen/)
    serving.child.kill('SIGINT')
    expect((await serving.ended).code).toBe(0)
  })
})
