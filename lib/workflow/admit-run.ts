import type { TargetRules } from '../plan/target-faults.ts'
import type { Fault, Reading } from '../scenario/fault.ts'
import type { ReadContext } from '../scenario/read-context.ts'
import { type ReadResult, readScenario } from '../scenario/read-scenario.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { version } from '../version.ts'
import { atPostedPlace } from './posted-places.ts'
import { readUploads } from './read-uploads.ts'
import { type Resolve, targetsRefusedNow } from './refused-targets.ts'
import type { RunQuote, RunToQuote } from './run-quote.ts'

/** A scenario as it comes over the API: the text or the object, and what it needs from where it was written. */
export type PostedScenario = {
  readonly scenario: string | Readonly<Record<string, unknown>>
  /** What it was kept under; a scenario that has no name of its own is called so. */
  readonly keptAs?: string
  /** SHA-256 of an upload, by the path that the scenario names. */
  readonly files: Readonly<Record<string, string>>
  /** The copy of the files that a kept scenario has. */
  readonly copyId?: string
  /** The run's own variables; the functions' are never read. */
  readonly env: Readonly<Record<string, string>>
  readonly set: Readonly<Record<string, string>>
  readonly environment?: string | undefined
  readonly overrides: ReadContext['overrides'] & object
  /** Over those of the scenario. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly generators?: number | undefined
  readonly seed?: number | undefined
  /** The caller's own limit for this run. */
  readonly estimateUsdMax?: number | undefined
}

/** What runs may do where they are started, and how they are planned and sized there. */
export type AdmissionRules = TargetRules & {
  readonly concurrentRuns: number
  /** Where runs are started on the machine that is asked: looks up names that only a range of addresses could allow. */
  readonly resolve?: Resolve
  /** What is wrong with the secrets that a scenario names. Absent: whether they are there is found when the run begins. */
  secretFaults?(names: readonly string[]): readonly Fault[]
  quote(run: RunToQuote): Promise<RunQuote>
}

/** Why a run is refused: all that is wrong, under the first kind that there is. */
export type Refusal =
  /** Wrong in itself, or with a target that is not allowed. */
  | { readonly ok: false; readonly kind: 'bad' | 'target'; readonly faults: readonly Fault[] }
  /** Too large or too dear, and no more than that. */
  | { readonly ok: false; readonly kind: 'limit'; readonly faults: readonly Fault[]; readonly quote: RunQuote }

export type Admission =
  | {
      readonly ok: true
      readonly read: ReadResult
      readonly quote: RunQuote
      readonly seed: number
      readonly warnings: readonly Fault[]
    }
  | Refusal

/** Reads, plans, sizes and prices a posted scenario, and finds all that forbids it. Nothing is sent and nothing stored. */
export async function admitRun(
  posted: PostedScenario,
  rules: AdmissionRules,
  ports: { readonly objects: ObjectStore; epochMs(): number; random(): number },
): Promise<Admission> {
  const { contents, faults: missing } = await readUploads(ports.objects, posted)
  const reading = readPosted(posted, contents)
  if (!reading.ok) return { ok: false, kind: 'bad', faults: [...missing, ...reading.faults] }
  const { scenario: written } = reading.value
  const scenario = { ...written, labels: { ...written.labels, ...posted.labels } }
  const seed = posted.seed ?? scenario.seed ?? Math.floor(ports.random() * 2 ** 32)
  const { generators: asked } = posted
  const quote = await rules.quote({ scenario, seed, nowMs: ports.epochMs(), ...(asked !== undefined && { asked }) })
  const secrets = rules.secretFaults?.(scenario.secrets) ?? []
  const bad = [...missing, ...quote.faults, ...secrets]
  const targets = await targetsRefusedNow(scenario, rules)
  const limits = [...quote.refusals, ...callerLimit(posted.estimateUsdMax, quote.estimate?.totalUsd ?? 0)]
  const faults = [...bad, ...targets, ...limits]
  if (faults.length === 0)
    return { ok: true, read: { ...reading.value, scenario }, quote, seed, warnings: reading.warnings }
  if (bad.length > 0) return { ok: false, kind: 'bad', faults }
  if (targets.length > 0) return { ok: false, kind: 'target', faults }
  return { ok: false, kind: 'limit', faults, quote }
}

/** A scenario that is to be kept, read without being planned. */
export function readPosted(posted: PostedScenario, contents: ReadonlyMap<string, Uint8Array>): Reading<ReadResult> {
  const context: ReadContext = {
    readFile: path => contents.get(path) ?? { fault: 'not uploaded' },
    env: posted.env,
    set: Object.entries(posted.set),
    overrides: posted.overrides,
    version,
    secrets: 'elsewhere',
    ...(posted.environment !== undefined && { environment: posted.environment }),
  }
  const { scenario, keptAs } = posted
  const reading =
    typeof scenario === 'string'
      ? readScenario({ file: keptAs ?? 'scenario', text: scenario }, context)
      : readScenario({ object: scenario, ...(keptAs !== undefined && { file: keptAs }) }, context)
  const warnings = reading.warnings.map(atPostedPlace)
  return reading.ok ? { ...reading, warnings } : { ok: false, faults: reading.faults.map(atPostedPlace), warnings }
}

function callerLimit(mostUsd: number | undefined, estimateUsd: number): readonly Fault[] {
  if (mostUsd === undefined || estimateUsd <= mostUsd) return []
  return [
    {
      path: 'estimateUsdMax',
      message: `the run would cost about ${estimateUsd.toFixed(4)} USD, and the caller's budget is ${mostUsd} USD`,
      expected: 'a smaller load, or a higher estimateUsdMax',
    },
  ]
}
