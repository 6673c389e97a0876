import { hash32 } from '../plan/seeds.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Clock } from './clock.ts'
import { compileFlow } from './compile-flow.ts'
import type { DispatcherFactory } from './http-dispatchers.ts'
import { prepareLibraries } from './libraries.ts'
import { maskSecrets } from './mask.ts'
import { baseUrl } from './request-url.ts'
import { sharedValues } from './shared-values.ts'
import { runSolo } from './solo-run.ts'
import type { Tracer } from './tracer.ts'

/** The world of steps that run outside of the load. */
export type StepsPorts = {
  readonly clock: Clock
  readonly dispatchers: DispatcherFactory
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly secrets: Readonly<Record<string, string>>
  /** What `before:` saved, for `after:`. */
  readonly before: Readonly<Record<string, JsonValue>>
  readonly seed: number
  readonly tracer?: Tracer
  /** Ends the steps at once, as a failure. */
  readonly stop?: AbortSignal
}

/** What the steps saved, and, where any failed, the first failure in one line, its secrets masked. */
export type StepsResult = { readonly saved: Readonly<Record<string, JsonValue>> } & (
  | { readonly ok: true }
  | { readonly ok: false; readonly failure: string }
)

/**
 * Runs `before:` or `after:` once for the whole run. The first failure ends `before:`, as no load follows it; `after:` goes
 * on, as one thing that cannot be cleaned up is no reason to leave the others. Nothing of it is measured.
 */
export async function runSteps(scenario: Scenario, which: 'before' | 'after', ports: StepsPorts): Promise<StepsResult> {
  const steps = scenario[which]
  if (steps.length === 0) return { ok: true, saved: {} }
  await prepareLibraries(scenario)
  const program = compileFlow(
    { name: which, start: [], steps },
    {
      base: baseUrl(scenario.target),
      files: ports.files,
      data: [],
      requestNames: [],
      flowNames: [],
      watched: ports.tracer !== undefined,
    },
  )
  let first: string | undefined
  const tracer: Tracer = {
    ...ports.tracer,
    failure(event) {
      ports.tracer?.failure?.(event)
      first ??= `${which}: ${event.request}: ${event.kind}${event.message === '' ? '' : ` (${event.message})`}`
    },
  }
  const { saved } = await runSolo(program, {
    clock: ports.clock,
    dispatchers: ports.dispatchers,
    shared: sharedValues(scenario, ports.secrets, ports.before),
    tracer,
    seed: hash32(ports.seed, which.length),
    failFast: which === 'before',
    ...(ports.stop === undefined ? {} : { stop: ports.stop }),
  })
  if (ports.stop?.aborted) first ??= `${which}: stopped before it was done`
  if (first === undefined) return { ok: true, saved }
  const secret = { secrets: ports.secrets, before: ports.before, saved }
  return { ok: false, saved, failure: maskSecrets(secret)(first) }
}
