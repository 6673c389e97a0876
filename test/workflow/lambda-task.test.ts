import type { Context } from 'aws-lambda'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'

const deployment = {
  schema: 'squall.deployment.v1',
  region: 'us-east-1',
  bucket: 'runs',
  table: 'squall',
  retentionDays: 1,
  allow: { hosts: [], cidrs: [], ports: [] },
}

const context = {
  awsRequestId: 'request-1',
  functionName: 'squall-watch',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:squall-watch',
  memoryLimitInMB: '256',
  logGroupName: 'g',
  logStreamName: 's',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => 1234,
  done() {},
  fail() {},
  succeed() {},
} satisfies Context

let said: string[] = []

beforeEach(() => {
  said = []
  vi.stubEnv('SQUALL_DEPLOYMENT', JSON.stringify(deployment))
  // The logger writes to a console of its own, over standard output.
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  for (const method of ['info', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => void said.push(String(line)))
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it('reads the deployment once, and gives each invocation its input', async () => {
  let prepared = 0
  const handler = lambdaTask('watch', ({ bucket }) => {
    prepared++
    return async input => ({ bucket, input })
  })
  const expected = { bucket: 'runs', input: { runId: 'r' } }
  expect(await handler({ runId: 'r' }, context)).toEqual(expected)
  expect(await handler({ runId: 'r' }, context)).toEqual(expected)
  expect(prepared).toBe(1)
  expect(said.join('\n')).toContain('"runId": "r"')
})

it('logs a failure, and fails with it, so that the workflow sees its name', async () => {
  class Throttled extends Error {
    override readonly name = 'Throttled'
  }
  const handler = lambdaTask('watch', () => () => Promise.reject(new Throttled('slow down')))
  await expect(handler({ runId: 'r' }, context)).rejects.toThrow(Throttled)
  expect(said.join('\n')).toContain('slow down')
})

it('a function that does not fit its stack does not load', () => {
  vi.stubEnv('SQUALL_DEPLOYMENT', JSON.stringify({ ...deployment, bucket: undefined }))
  expect(() => lambdaTask('watch', () => async () => {})).toThrow(/bucket/)
})
