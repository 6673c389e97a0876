import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { cloudEngine } from '../../lib/workflow/cloud-engine.ts'
import { NeverStarted } from '../../lib/workflow/never-started.ts'
import { flow, get, iterations, scenario } from '../generate/engine-fixture.ts'
import { storedRun } from './stored-run.ts'

/** The engine before a Step Functions that gives these answers in turn, the last one to all that follow. */
async function engineBefore(answers: readonly (readonly [status: number, name: string])[]) {
  let asked = 0
  const server = createServer((request, response) => {
    request.resume()
    const [status, name] = answers[Math.min(asked++, answers.length - 1)] ?? [500, '']
    const body = status === 200 ? { executionArn: 'a', startDate: 0 } : { __type: name, message: 'text' }
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const { ports } = await storedRun(scenario('http://127.0.0.1:1', [iterations(1, 1)], [flow([get('/')])]))
  return { engine: cloudEngine('arn:aws:states:us-east-1:0:stateMachine:run', ports.runs), asked: () => asked }
}

const unwell = [503, 'ServiceUnavailable'] as const

it.each(['AccessDeniedException', 'StateMachineDoesNotExist', 'ExecutionLimitExceeded'])(
  'says that nothing was begun where Step Functions refuses: %s',
  async name => {
    const { engine, asked } = await engineBefore([[400, name]])
    await expect(engine.start('r')).rejects.toThrow(NeverStarted)
    expect(asked()).toBe(1)
  },
)

it.each([
  ['it is unwell', [unwell]],
  ['too much is asked of it', [[400, 'ThrottlingException'] as const]],
  ['it refuses after an answer that may have been lost', [unwell, [400, 'ExecutionLimitExceeded'] as const]],
])('does not say so where %s', async (_, answers) => {
  const { engine } = await engineBefore(answers)
  const failed: unknown = await engine.start('r').catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Error)
  expect(failed).not.toBeInstanceOf(NeverStarted)
})

it('takes an execution that is there for the one that was asked for', async () => {
  const { engine } = await engineBefore([unwell, [400, 'ExecutionAlreadyExists']])
  await engine.start('r')
})
