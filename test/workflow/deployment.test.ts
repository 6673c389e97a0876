import { describe, expect, it } from 'vitest'
import { type DeploymentInput, needPart, readDeployment } from '../../lib/workflow/deployment.ts'

const least: DeploymentInput = {
  schema: 'squall.deployment.v1',
  region: 'eu-central-1',
  bucket: 'runs',
  table: 'squall',
  retentionDays: 90,
  allow: { hosts: ['*.example.com'], cidrs: [], ports: [443, { from: 8000, to: 8080 }] },
}

const read = (given: object) => readDeployment(JSON.stringify(given))

describe('what a function knows of its stack', () => {
  it('is read with its defaults', () => {
    expect(read(least)).toMatchObject({
      bucket: 'runs',
      allowProxies: false,
      allowScenarioCode: false,
      secretPrefix: '/squall/secrets/',
    })
    expect(read({ ...least, legTimes: { legMs: 4000, leadMs: 2000, changeMs: 500 } }).legTimes).toEqual({
      legMs: 4000,
      leadMs: 2000,
      changeMs: 500,
      drainMs: 60_000,
      startLeadMs: 15_000,
    })
  })

  it('is refused with every fault at once', () => {
    const wrong = { ...least, bucket: '', retentionDays: 0, allow: { ...least.allow, ports: [0] }, legTime: 1 }
    expect(() => read(wrong)).toThrow(/bucket: .*retentionDays: .*allow\.ports\.0: .*legTime/)
    expect(() => readDeployment(undefined)).toThrow(/not set/)
  })

  it('names a part that is missing where it is needed', () => {
    expect(() => needPart(read(least), 'topicArn')).toThrow('SQUALL_DEPLOYMENT has no topicArn')
    expect(needPart(read({ ...least, topicArn: 'arn' }), 'topicArn')).toBe('arn')
  })
})
