import { readFile } from 'node:fs/promises'
import { aggregate } from '../../functions/aggregate.ts'
import { announce } from '../../functions/announce.ts'
import { merge } from '../../functions/merge.ts'
import { plan } from '../../functions/plan.ts'
import { watch } from '../../functions/watch.ts'
import type { LocalStore } from '../store/local-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { GeneratorPool } from './generator-pool.ts'
import { loadInterpreter } from './interpreter.ts'
import { localDefinition } from './local-definition.ts'
import { type LocalLimits, localPorts } from './local-ports.ts'
import type { AnnouncePorts } from './ports.ts'
import { shardInput } from './task-input.ts'

export type EmbeddedOptions = {
  /** Absent: whoever waits for the verdict follows the run. */
  readonly announcing?: AnnouncePorts
  /** What `before:` and `after:` may reach; the generators' pool has its own. */
  readonly limits?: LocalLimits
}

const nobodyWaits: AnnouncePorts = { announce: async () => {} }

/**
 * Executes statemachines/run.asl.json on this machine, its tasks bound to the deployed functions over the local store;
 * the interpreter is loaded here and nowhere else. Rejects with the `StoreError` where the store failed.
 */
export async function executeEmbedded(
  store: LocalStore,
  pool: GeneratorPool,
  runId: string,
  { announcing = nobodyWaits, limits = {} }: EmbeddedOptions = {},
): Promise<void> {
  const ports = localPorts(store, limits)
  const [{ StateMachine }, definition] = await Promise.all([
    loadInterpreter(),
    readFile(new URL('../../statemachines/run.asl.json', import.meta.url), 'utf8'),
  ])
  // The definition is validated by a test, not at each start.
  const machine = new StateMachine(localDefinition(definition), { validationOptions: { noValidate: true } })
  // The interpreter keeps a task's message alone; what failed in the store is told as what it is.
  const storeErrors: StoreError[] = []
  const keeping =
    <T>(task: (input: unknown) => Promise<T>) =>
    async (input: unknown): Promise<T> => {
      try {
        return await task(input)
      } catch (error) {
        if (error instanceof StoreError) storeErrors.push(error)
        throw error
      }
    }
  const execution = machine.run(
    { runId },
    {
      overrides: {
        // Locally there is one leg, which begins at once.
        waitTimeOverrides: { AwaitLeg: 0 },
        taskResourceLocalHandlers: {
          Plan: keeping(plan(ports)),
          Generate: async input => {
            await pool.generate(shardInput(input))
            return null
          },
          Watch: keeping(watch(ports)),
          Merge: keeping(merge(ports)),
          Aggregate: keeping(aggregate(ports)),
          Announce: keeping(announce(announcing)),
        },
      },
      context: { Execution: { Id: runId, Name: runId, Input: { runId }, StartTime: new Date().toISOString() } },
    },
  )
  try {
    await execution.result
  } catch (error) {
    throw storeErrors.at(-1) ?? error
  }
}
