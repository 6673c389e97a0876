import { readdirSync, readFileSync } from 'node:fs'
import { StateMachine } from 'aws-local-stepfunctions'
import { describe, expect, it } from 'vitest'
import { localDefinition } from '../../lib/workflow/local-definition.ts'

const read = (name: string) => readFileSync(new URL(`../../statemachines/${name}.asl.json`, import.meta.url), 'utf8')
const text = read('run')
const noValidate = { validationOptions: { noValidate: true } }

/** Every state of a definition by name, with the states of its branches and maps. */
function statesOf(machine: unknown): Map<string, Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'States')
        for (const [name, state] of Object.entries(inner as Record<string, Record<string, unknown>>)) {
          expect(found.has(name), `two states are named ${name}`).toBe(false)
          found.set(name, state)
        }
      visit(inner)
    }
  }
  visit(machine)
  return found
}

it.each(['run', 'stopped'])('statemachines/%s.asl.json is a valid definition', name => {
  const resolved = read(name).replaceAll(/\$\{(\w+)\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1')
  expect(() => new StateMachine(JSON.parse(resolved), {})).not.toThrow()
})

describe('statemachines/stopped.asl.json', () => {
  it.each([
    ['silences the load, aggregates, announces', async () => null],
    ['aggregates what there is where the load cannot be silenced', () => Promise.reject(new Error('no table'))],
  ])('%s', async (_, silence) => {
    const seen: unknown[] = []
    const record = (name: string) => async (input: unknown) => {
      seen.push([name, input])
      return { runId: 'r' }
    }
    const machine = new StateMachine(JSON.parse(read('stopped')), noValidate)
    const execution = machine.run(
      { runId: 'r', abort: 'ABORTED', more: 'that the rule may give' },
      {
        overrides: {
          taskResourceLocalHandlers: {
            Watch: input => {
              if (seen.length === 0) seen.push(['Watch', input])
              return silence()
            },
            Aggregate: record('Aggregate'),
            Announce: record('Announce'),
          },
          retryIntervalOverrides: { Watch: 0 },
        },
      },
    )
    await execution.result
    expect(seen).toEqual([
      ['Watch', { runId: 'r', abort: 'ABORTED' }],
      ['Aggregate', { runId: 'r' }],
      ['Announce', { runId: 'r' }],
    ])
  })
})

describe('statemachines/run.asl.json', () => {
  const states = statesOf(JSON.parse(text))

  it('has a handler for every Task, named as its state', () => {
    const tasks = [...states].filter(([, state]) => state['Type'] === 'Task')
    const files = readdirSync(new URL('../../functions/', import.meta.url)).filter(name => name.endsWith('.ts'))
    expect(tasks.map(([name]) => `${name.toLowerCase()}.ts`).sort()).toEqual(files.sort())
    for (const [name, state] of tasks) expect(state['Resource']).toBe(`\${${name}FunctionArn}`)
  })

  it('ends every child of a Map in a Pass with a constant result, so that no Map result outgrows a payload', () => {
    for (const name of ['ShardSent', 'ShardLost', 'LegMerged', 'LegUnmerged']) {
      const state = states.get(name)
      expect(state).toMatchObject({ Type: 'Pass', End: true })
      expect(JSON.stringify(state?.['Result']).length).toBeLessThan(30)
    }
  })

  it('retries generators for faults of the service only: a retried shard must never double the load', () => {
    const retry = states.get('Generate')?.['Retry'] as { ErrorEquals: string[] }[]
    expect(retry.flatMap(({ ErrorEquals }) => ErrorEquals).sort()).toEqual([
      'Lambda.SdkClientException',
      'Lambda.ServiceException',
      'Lambda.TooManyRequestsException',
    ])
  })

  it('generates all shards side by side: they begin together, or not at all', async () => {
    const shards = Array.from({ length: 64 }, (_, shard) => shard)
    const all = Promise.withResolvers<null>()
    let begun = 0
    const done = async () => null
    const machine = new StateMachine(localDefinition(text), noValidate)
    const execution = machine.run(
      { runId: 'r' },
      {
        overrides: {
          waitTimeOverrides: { AwaitLeg: 0 },
          taskResourceLocalHandlers: {
            Plan: async () => ({ runId: 'r', shards, legs: [{ number: 0, invokeAt: '2026-01-01T00:00:00Z' }] }),
            Generate: () => {
              if (++begun === shards.length) all.resolve(null)
              return all.promise
            },
            Watch: async () => ({ running: false, cutShort: false }),
            Merge: done,
            Aggregate: done,
            Announce: done,
          },
        },
      },
    )
    await execution.result
    expect(begun).toBe(64)
  })

  it('does not wait for the legs to come, once the load has been stopped', async () => {
    const seen: string[] = []
    const done = (name: string) => async () => {
      seen.push(name)
      return null
    }
    const legs = [1, 2].map(number => ({ number, invokeAt: new Date(Date.now() + number * 3_600_000).toISOString() }))
    const execution = new StateMachine(localDefinition(text), noValidate).run(
      { runId: 'r' },
      {
        overrides: {
          taskResourceLocalHandlers: {
            Plan: async () => ({ runId: 'r', shards: [0], legs }),
            Generate: done('Generate'),
            Watch: async () => ({ running: false, cutShort: true }),
            Merge: done('Merge'),
            Aggregate: done('Aggregate'),
            Announce: done('Announce'),
          },
        },
      },
    )
    await execution.result
    expect(seen).toEqual(['Aggregate', 'Announce'])
  })

  it('always comes to Aggregate, whatever becomes of the load', () => {
    expect(states.get('Load')?.['Catch']).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Aggregate' },
    ])
    expect(states.get('Watch')?.['Catch']).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'Unwatched' }])
  })
})
