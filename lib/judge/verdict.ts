import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import type { Finding } from './finding.ts'
import { findings } from './findings.ts'
import { formatMs } from './format-figure.ts'
import { generatorLimit, withoutCore } from './generator-limit.ts'
import { judgeThreshold } from './judge-threshold.ts'
import type { ThresholdContext } from './threshold-context.ts'
import { severity, type ThresholdResult } from './threshold-result.ts'
import { trustCauses } from './trust.ts'
import type { VerdictResult } from './verdict-result.ts'

export type { VerdictResult } from './verdict-result.ts'

export type Verdict = {
  readonly result: VerdictResult
  /** Why it is not a pass, the weightiest first; empty for a pass. */
  readonly reasons: readonly string[]
  readonly thresholds: readonly ThresholdResult[]
  /** The weightiest first. */
  readonly findings: readonly Finding[]
}

export type StopCause =
  /** Ctrl-C, an abort, or an execution that ended from outside. */
  | { readonly cause: 'user' }
  /** An abort threshold was breached; with its text. */
  | { readonly cause: 'threshold'; readonly threshold: string }
  /** The run had cost as much as it may; with a text that says how much. */
  | { readonly cause: 'budget'; readonly cost: string }

/** What the summary does not know: whether and why the run was stopped before its end, `atMs` from the start of the load. */
export type JudgeContext = { readonly stopped?: { readonly atMs: number } & StopCause }

/**
 * The verdict on a run. A fail stands only if it would stand had every missing planned request been a success faster
 * than the limit. A run with a standing fail fails; else with anything inconclusive it is inconclusive. A run that was
 * stopped from outside is always inconclusive; one that an abort threshold stopped always fails; one that its budget
 * stopped is inconclusive unless a fail stands.
 */
export function judge(plan: Plan, summary: Summary, context: JudgeContext = {}): Verdict {
  const { stopped } = context
  const stoppedText = stopped && stopText(stopped)
  const limit = generatorLimit(summary)?.[0]
  const lateStarts = withoutCore(summary)
  const thresholdContext: ThresholdContext = {
    plan,
    summary,
    cutAtStop: stopped?.cause === 'threshold',
    ...(limit === undefined ? {} : { generatorLimit: limit }),
    ...(lateStarts === undefined ? {} : { lateStarts }),
    ...(stoppedText === undefined ? {} : { stopped: stoppedText }),
  }
  const thresholds = plan.scenario.thresholds.map(threshold => {
    const result = judgeThreshold(threshold, thresholdContext)
    const breached = stopped?.cause === 'threshold' && stopped.threshold === threshold.text
    return breached ? breachedResult(result, stoppedText ?? '') : result
  })
  const causes = trustCauses(plan, summary, stopped !== undefined)
  const result = overall(thresholds, causes, context)
  const reasons = reasonsFor(result, thresholds, causes, stopped && stopReason(stopped))
  return { result, reasons, thresholds, findings: findings(plan, summary) }
}

type Stopped = NonNullable<JudgeContext['stopped']>

function stopText(stopped: Stopped): string {
  return `stopped after ${formatMs(stopped.atMs)}${stopped.cause === 'budget' ? ' by its budget' : ''}`
}

/** A threshold that stopped the run is a reason of its own. */
function stopReason(stopped: Stopped): string | undefined {
  if (stopped.cause === 'threshold') return undefined
  return stopped.cause === 'budget' ? `${stopText(stopped)}: ${stopped.cost}` : stopText(stopped)
}

function overall(
  thresholds: readonly ThresholdResult[],
  causes: readonly string[],
  { stopped }: JudgeContext,
): VerdictResult {
  if (stopped?.cause === 'user') return 'inconclusive'
  if (thresholds.some(threshold => threshold.result === 'fail') || stopped?.cause === 'threshold') return 'fail'
  if (stopped !== undefined) return 'inconclusive'
  if (causes.length > 0 || thresholds.some(threshold => threshold.result === 'inconclusive')) return 'inconclusive'
  return 'pass'
}

/** The breach was seen while the load ran, and it ended the load: that is a fail, whatever came in afterwards. */
function breachedResult(result: ThresholdResult, stoppedText: string): ThresholdResult {
  const reason =
    result.result === 'fail' ? `${result.reason}; ${stoppedText}` : `breached while the load ran; ${stoppedText}`
  return { ...result, result: 'fail', reason }
}

function reasonsFor(
  result: VerdictResult,
  thresholds: readonly ThresholdResult[],
  causes: readonly string[],
  stopReason: string | undefined,
): readonly string[] {
  if (result === 'pass') return []
  const sentences = (wanted: VerdictResult) =>
    thresholds
      .filter(threshold => threshold.result === wanted)
      .toSorted((a, b) => Number(a.default) - Number(b.default) || severity(b) - severity(a))
      .map(threshold => `${threshold.scope === 'all' ? '' : `${threshold.scope}: `}${threshold.reason}`)
  const stopped = stopReason === undefined ? [] : [stopReason]
  const first = result === 'fail' ? [...sentences('fail'), ...stopped] : [...stopped, ...sentences('fail')]
  return [...first, ...causes, ...(stopReason === undefined ? sentences('inconclusive') : [])]
}
