import type { Plan } from '../plan/plan.ts'
import { planWarnings } from '../plan/warnings.ts'
import type { Reading } from '../scenario/fault.ts'
import type { ReadResult } from '../scenario/read-scenario.ts'
import { type LoadOptions, loadScenario, loadScenarioObject, loadScenarioUrl } from './load-scenario.ts'
import { localAddressFaults } from './local-addresses.ts'
import { quoteLocalRun } from './local-quote.ts'
import { placeFaults } from './place-faults.ts'
import { type HostLookup, targetHost } from './target-host.ts'

/** Where a scenario comes from: a file, a plain URL, or an object given from code. */
export type ScenarioSource =
  | { readonly kind: 'file'; readonly path: string; readonly options: LoadOptions }
  | { readonly kind: 'url'; readonly url: string; readonly options: LoadOptions }
  | { readonly kind: 'object'; readonly object: unknown; readonly folder: string; readonly options: LoadOptions }

export type PreparedRun = ReadResult & {
  /** As it will be made when the run starts, but for its id and times. */
  readonly plan: Plan
  readonly generators: number
  readonly seed: number
  /** Most users that an open phase without a written `maxUsers` may get on this machine. */
  readonly mostDerivedUsers: number
}

export function readSource(source: ScenarioSource): Promise<Reading<ReadResult>> {
  if (source.kind === 'file') return loadScenario(source.path, source.options)
  if (source.kind === 'url') return Promise.resolve(loadScenarioUrl(source.url, source.options))
  return Promise.resolve(loadScenarioObject(source.object, source.folder, source.options))
}

/**
 * Reads a scenario, plans it for this machine and finds all that would keep it from running: faults of the text, too few
 * rows, too few descriptors or ports, a target whose name does not exist. Nothing is sent to the target and nothing is
 * written.
 */
export async function prepareRun(
  source: ScenarioSource,
  options: {
    readonly generators?: number
    readonly seed?: number
    readonly random: () => number
    readonly nowMs: number
    /** Whether a run has sent to this target before; a first run against a host that is not local says so. */
    readonly knownTarget?: (target: string) => Promise<boolean>
    /** Given for a run only: looks the target's name up, so that one that does not exist is refused before the load. */
    readonly lookUp?: HostLookup
  },
): Promise<Reading<PreparedRun>> {
  const reading = await readSource(source)
  if (!reading.ok) return reading
  const { scenario } = reading.value
  const seed = options.seed ?? scenario.seed ?? Math.floor(options.random() * 2 ** 32)
  const { generators: asked, nowMs } = options
  const quote = quoteLocalRun({ scenario, seed, nowMs, ...(asked !== undefined && { asked }) })
  const { plan, generators, mostDerivedUsers } = quote
  const file = source.kind === 'file' ? { file: source.path } : {}
  const host = options.lookUp === undefined ? undefined : await targetHost(scenario, options.lookUp)
  const faults = [...quote.faults, ...(await localAddressFaults(scenario)), ...(host?.faults ?? [])]
  const warnings = [
    ...reading.warnings,
    ...planWarnings(plan, { knownTarget: await (options.knownTarget?.(scenario.target) ?? true) }),
    ...(host?.warnings ?? []),
  ].map(warning => ({ ...file, ...warning }))
  if (faults.length > 0) return { ok: false, faults: placeFaults(faults, source, scenario), warnings }
  return { ok: true, value: { ...reading.value, plan, generators, seed, mostDerivedUsers }, warnings }
}
