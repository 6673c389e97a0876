import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import type { Report } from '../report/report.ts'
import { type Fault, formatFaults } from '../scenario/fault.ts'
import type { ScenarioInput } from '../scenario/typed-scenario.ts'
import { openLocalStore } from '../store/local-store.ts'
import { prepareRun, type ScenarioSource } from './prepare-run.ts'
import { type HostLookup, systemLookup } from './target-host.ts'

/** What may stand over a scenario when it is checked or run from code; the same as the command line's options. */
export type ScenarioSettings = {
  /** An environment of the scenario. */
  readonly environment?: string
  readonly set?: Readonly<Record<string, string>>
  readonly target?: string
  readonly users?: number
  /** Such as `50/s`. */
  readonly rate?: string
  /** Such as `30s`. */
  readonly for?: string
  /** Worker threads; default: one a spare core. */
  readonly generators?: number
  readonly seed?: number
  /** Where an object's files are looked for; default: the current folder. */
  readonly folder?: string
}

export type RunSettings = ScenarioSettings & {
  /** Where runs are kept; default: `.squall` in the current folder. */
  readonly store?: string
  /** Stops the load when it is aborted; the run is reported as inconclusive. */
  readonly signal?: AbortSignal
  readonly onLive?: (live: LiveFigures) => void
}

export type CheckResult = {
  readonly ok: boolean
  readonly faults: readonly Fault[]
  readonly warnings: readonly Fault[]
  /** Absent where there are faults. */
  readonly plan?: Plan
}

/** The scenario could not be started; `faults` holds everything that is wrong with it. */
export class ScenarioError extends Error {
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(formatFaults(faults))
    this.name = 'ScenarioError'
    this.faults = faults
  }
}

/** A scenario object, or the path or `file:` URL of a scenario file. */
export type ScenarioGiven = ScenarioInput | string | URL

/** Finds every fault of a scenario, and plans it; sends nothing. */
export async function check(given: ScenarioGiven, settings: ScenarioSettings = {}): Promise<CheckResult> {
  const prepared = await prepare(given, settings)
  const { warnings } = prepared
  return prepared.ok
    ? { ok: true, faults: [], warnings, plan: prepared.value.plan }
    : { ok: false, faults: prepared.faults, warnings }
}

/**
 * Runs a scenario on this machine and resolves to its report, whatever the verdict.
 * Rejects with a `ScenarioError` where it has faults, with `RunRefused` where `before:` fails, and with a `StoreError` where the
 * store cannot be written.
 */
export async function run(given: ScenarioGiven, settings: RunSettings = {}): Promise<Report> {
  const prepared = await prepare(given, settings, systemLookup)
  if (!prepared.ok) throw new ScenarioError(prepared.faults)
  const store = openLocalStore(settings.store ?? '.squall')
  const { signal, onLive } = settings
  let stop: (() => void) | undefined
  try {
    const { runScenario } = await import('./run-scenario.ts')
    return await runScenario({
      ...prepared.value,
      store,
      command: 'run()',
      onStart: id => {
        // Where it cannot be written, Watch's beat cannot either, and the generators stop for want of it.
        stop = () => void store.runs.abort(id, 'stopped by its caller').catch(() => {})
        signal?.addEventListener('abort', stop, { once: true })
        if (signal?.aborted) stop()
      },
      ...(onLive !== undefined && { onLive }),
    })
  } finally {
    if (stop !== undefined) signal?.removeEventListener('abort', stop)
    store.runs.close()
  }
}

function prepare(given: ScenarioGiven, settings: ScenarioSettings, lookUp?: HostLookup) {
  const { environment, target, users, rate, generators, seed } = settings
  const options = {
    set: Object.entries(settings.set ?? {}),
    overrides: {
      ...(target !== undefined && { target }),
      ...(users !== undefined && { users: String(users) }),
      ...(rate !== undefined && { rate }),
      ...(settings.for !== undefined && { for: settings.for }),
    },
    ...(environment !== undefined && { environment }),
  }
  const source: ScenarioSource =
    typeof given === 'string'
      ? { kind: 'file', path: given, options }
      : given instanceof URL
        ? { kind: 'file', path: fileURLToPath(given), options }
        : { kind: 'object', object: given, folder: resolve(settings.folder ?? '.'), options }
  return prepareRun(source, {
    ...(generators !== undefined && { generators }),
    ...(seed !== undefined && { seed }),
    ...(lookUp !== undefined && { lookUp }),
    random: Math.random,
    nowMs: Date.now(),
  })
}
