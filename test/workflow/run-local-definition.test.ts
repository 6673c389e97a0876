import { readFileSync } from 'node:fs'
import { StateMachine } from 'aws-local-stepfunctions'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { localDefinition } from '../../lib/workflow/local-definition.ts'

const text = readFileSync(new URL('../../statemachines/run.asl.json', import.meta.url), 'utf8')
const hourMs = 3_600_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

it('no Task is given up in a load of 24 hours, nor in a `before:` of one', async () => {
  const after = <T>(ms: number, result: T) => {
    return () => new Promise<T>(resolve => setTimeout(() => resolve(result), ms))
  }
  const machine = new StateMachine(localDefinition(text), { validationOptions: { noValidate: true } })
  const done: string[] = []
  const ended = (name: string) => async () => {
    done.push(name)
    return null
  }
  const execution = machine.run(
    { runId: 'r' },
    {
      overrides: {
        waitTimeOverrides: { AwaitLeg: 0 },
        taskResourceLocalHandlers: {
          Plan: after(hourMs, { runId: 'r', shards: [0], legs: [{ number: 0, invokeAt: '2026-01-01T00:00:00Z' }] }),
          Generate: async () => {
            await after(24 * hourMs, null)()
            done.push('Generate')
            return null
          },
          Watch: after(300_000, { running: false, cutShort: false }),
          Merge: ended('Merge'),
          Aggregate: after(hourMs, { runId: 'r' }),
          Announce: ended('Announce'),
        },
      },
    },
  )
  const settled = execution.result.then(
    () => 'succeeded',
    (error: unknown) => `failed: ${error}`,
  )
  for (let hour = 0; hour < 27; hour++) await vi.advanceTimersByTimeAsync(hourMs)
  expect(await settled).toBe('succeeded')
  expect(done).toEqual(['Generate', 'Merge', 'Announce'])
})
