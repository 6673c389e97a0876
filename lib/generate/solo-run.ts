import type { DataRow } from '../scenario/data-set.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Clock } from './clock.ts'
import type { DispatcherFactory } from './http-dispatchers.ts'
import { createPacer } from './pacer.ts'
import type { Program } from './program.ts'
import type { RunContext } from './run-context.ts'
import { Timers } from './timers.ts'
import type { Tracer } from './tracer.ts'
import { UserSlot } from './user-slot.ts'

/** One user outside of any load: `before:`, `after:` and `squall try`. */
export type SoloPorts = {
  readonly clock: Clock
  readonly dispatchers: DispatcherFactory
  readonly shared: ReadonlyMap<string, JsonValue>
  readonly tracer: Tracer
  /** The row of each data set that the program reads. */
  readonly rows?: ReadonlyMap<string, DataRow>
  readonly seed: number
  /** True ends the program at its first failure. */
  readonly failFast: boolean
  /** Ends the program at once; a request under way is destroyed. */
  readonly stop?: AbortSignal
}

/** Runs a program once with a user of its own; what it saved, and whether anything failed. Nothing is measured. */
export function runSolo(
  program: Program,
  ports: SoloPorts,
): Promise<{ saved: Record<string, JsonValue>; failures: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ saved: Record<string, JsonValue>; failures: number }>()
  const pacer = createPacer()
  const timers = new Timers()
  const startUs = ports.clock.nowUs()
  const context: RunContext = {
    nowUs: () => ports.clock.nowUs() - startUs,
    sinceStartUs: monotonicUs => monotonicUs - startUs,
    epochMs: () => ports.clock.epochMs(),
    timers,
    recorder: { request() {}, check() {}, iteration() {} },
    shared: ports.shared,
    phaseAt: () => 0,
    halted: false,
    interrupting: false,
    events: 0,
    tracer: {
      ...ports.tracer,
      failure(event) {
        ports.tracer.failure?.(event)
        if (!ports.failFast) return
        context.halted = true
        context.interrupting = true
      },
    },
  }
  const user = new UserSlot(context, ports.dispatchers.open())
  const stopped = (): void => {
    context.halted = true
    context.interrupting = true
    end()
  }
  const end = (): void => {
    ports.stop?.removeEventListener('abort', stopped)
    pacer.stop()
    user.dispatcher.destroy()
    resolve({ saved: user.savedValues(), failures: user.failures })
  }
  user.owner = { startIsApart: true, iterationEnded: end, interrupted: end, resume: end }
  for (const [set, row] of ports.rows ?? []) user.setRow(set, row)
  if (ports.stop?.aborted) {
    end()
    return promise
  }
  ports.stop?.addEventListener('abort', stopped)
  pacer.start(timers, () => context.nowUs())
  try {
    user.begin({ program, phase: 0, intendedUs: context.nowUs(), seed: ports.seed, vu: 1, iteration: 0 })
  } catch (error) {
    pacer.stop()
    reject(error)
  }
  return promise
}
