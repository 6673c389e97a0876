import { readFileSync } from 'node:fs'
import { StateMachine } from 'aws-local-stepfunctions'
import { describe, expect, it } from 'vitest'
import { plan } from '../../functions/plan.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { localDefinition } from '../../lib/workflow/local-definition.ts'
import type { RunRequest } from '../../lib/workflow/run-request.ts'
import { closed, flow, get, scenario } from '../generate/engine-fixture.ts'
import { memoryObjects } from './memory-objects.ts'
import { runId, storedRun } from './stored-run.ts'

type State = {
  readonly Type: string
  readonly Next?: string
  readonly Default?: string
  readonly Result?: unknown
  readonly Retry?: readonly { readonly MaxAttempts: number }[]
  readonly Branches?: readonly Machine[]
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig: { readonly Mode: string } }
}
type Machine = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> }

const text = readFileSync(new URL('../../statemachines/run.asl.json', import.meta.url), 'utf8')
const machine: Machine = JSON.parse(text)

/** A day: 24 h and what a leg has around it, in turns of five minutes, and one that was broken off. */
const legs = 120
const turns = Math.ceil((86_400_000 + 25_000 + 60_000 + 20_000) / 300_000) + 1
const shards = 1000

/**
 * Events that a state adds to the execution's history (the Step Functions API's HistoryEvent). A Task on a function: entered,
 * scheduled, started, succeeded, exited; each attempt before that: scheduled, started, failed. Children of a Distributed Map
 * have histories of their own; in this one it is entered, started, its run started and succeeded, succeeded, exited.
 */
function eventsOf(state: State, retried: boolean): number {
  switch (state.Type) {
    case 'Task':
      return 5 + (retried ? 3 * (state.Retry ?? []).reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0) : 0)
    case 'Parallel':
      return 4 + (state.Branches ?? []).reduce((sum, branch) => sum + eventsIn(branch, retried), 0)
    case 'Map': {
      const { ItemProcessor } = state
      if (ItemProcessor === undefined) throw new Error('a Map without an ItemProcessor')
      if (ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED') return 6
      return 4 + legs * (2 + eventsIn(ItemProcessor, retried))
    }
    case 'Fail':
      return 1
    default:
      return 2
  }
}

/** The way where all goes well; what stands in a loop is passed once a turn. */
function eventsIn({ StartAt, States }: Machine, retried: boolean): number {
  let sum = 0
  for (let name: string | undefined = StartAt; name !== undefined; ) {
    const state: State | undefined = States[name]
    if (state === undefined) throw new Error(`no state ${name}`)
    const looped = name === 'Watch' || name === 'StillRunning'
    sum += eventsOf(state, retried) * (looped ? turns : 1)
    name = state.Next ?? state.Default
  }
  return sum
}

describe('the history of a day of 1,000 generators', () => {
  it('stays far below the 25,000 events of Step Functions, as docs/workflow.md reckons', () => {
    expect(turns).toBe(290)
    expect(2 + eventsIn(machine, false)).toBe(4097)
  })

  it('even if every Task used all of its retries', () => {
    expect(2 + eventsIn(machine, true)).toBeLessThan(12_000)
  })

  it('in a child: one Generate, which has been throttled for as long as may be', () => {
    const child = machine.States['Load']?.Branches?.[0]?.States['Legs']?.ItemProcessor?.States['Shards']?.ItemProcessor
    if (child === undefined) throw new Error('no child')
    expect(2 + eventsIn(child, true)).toBeLessThan(60)
  })
})

describe('payloads of a day of 1,000 generators', () => {
  it('stay below 256 KiB in every state', async () => {
    const wanted = scenario('http://127.0.0.1:1', [closed(1000, 86_400_000)], [flow([get('/')])])
    const { ports } = await storedRun(wanted)
    const objects = memoryObjects()
    const request = {
      schema: 'squall.request.v1',
      runId,
      scenario: wanted,
      scenarioHash: '',
      seed: 1,
      shardCount: shards,
      mostDerivedUsers: 100,
      version: '0',
      command: '',
      createdAt: '2026-01-01T00:00:00.000Z',
      files: [],
      sets: [],
    } as const
    await putArtifact<RunRequest>(objects, keys.request(runId), request)
    const pricing = { region: 'us-east-1', network: 'internet', retentionDays: 30 } as const
    const planning = { kind: 'cloud', legTimes: CLOUD_LEG_TIMES, pricing } as const
    const planned = await plan({ ...ports, objects, planning })({ runId })
    expect([planned.legs.length, planned.shards.length]).toEqual([legs, shards])
    const planBytes = bytesOf(planned)
    expect(planBytes).toBeLessThan(12_000)
    expect(await mostBytes(planned)).toBeLessThan(12_000)
    // What the two Maps give before it is dropped: for each child the constant of its last state, the longest of them.
    const results = statesOf(machine).flatMap(({ Result }) => (Result === undefined ? [] : [Result]))
    const longest = Math.max(...results.map(bytesOf))
    expect(2 + shards * (longest + 1)).toBeLessThan(20_000)
  })
})

/** The largest input or output of a state, where all goes well. */
async function mostBytes(planned: Awaited<ReturnType<ReturnType<typeof plan>>>): Promise<number> {
  const done = async () => null
  // 120,000 children would take half a minute; they leave what the state is given as it is.
  const definition = JSON.parse(JSON.stringify(localDefinition(text)), (key, value) =>
    key === 'Shards' ? { Type: 'Pass', Next: 'Merge' } : value,
  )
  const execution = new StateMachine(definition, { validationOptions: { noValidate: true } }).run(
    { runId },
    {
      overrides: {
        waitTimeOverrides: { AwaitLeg: 0 },
        taskResourceLocalHandlers: {
          Plan: async () => planned,
          Watch: async () => ({ running: false, cutShort: false }),
          Merge: done,
          Aggregate: done,
          Announce: done,
        },
      },
    },
  )
  let most = 0
  for await (const event of execution.eventLogs) {
    if (!('state' in event) || event.state === undefined) continue
    const { input, output } = event.state as { input?: unknown; output?: unknown }
    for (const payload of [input, output]) if (payload !== undefined) most = Math.max(most, bytesOf(payload))
  }
  await execution.result
  return most
}

function bytesOf(payload: unknown): number {
  return Buffer.byteLength(JSON.stringify(payload))
}

function statesOf({ States }: Machine): State[] {
  return Object.values(States).flatMap(state => [
    state,
    ...(state.Branches ?? []).flatMap(statesOf),
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ])
}
