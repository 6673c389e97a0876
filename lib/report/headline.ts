import { formatActual, formatLimit, formatMarginInWords } from '../judge/format-threshold.ts'
import { severity } from '../judge/threshold-result.ts'
import type { VerdictResult } from '../judge/verdict.ts'
import type { Report, ThresholdResult } from './report.ts'

export const VERDICT_WORD: Readonly<Record<VerdictResult, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
}

/** `GET /me p95`: what a threshold measures, with its scope where it has one of its own. */
export function subjectOf(threshold: ThresholdResult): string {
  return threshold.scope === 'all' || threshold.scope === ''
    ? threshold.metric
    : `${threshold.scope} ${threshold.metric}`
}

/**
 * `p95 6.42 s, limit 2 s, 3.2 times the limit`; `p95 at least 6.42 s` where some had no answer yet, and the limit is broken
 * all the same.
 */
export function thresholdSentence(threshold: ThresholdResult): string {
  const margin = formatMarginInWords(threshold)
  const least = threshold.unanswered !== undefined && threshold.result === 'fail' ? 'at least ' : ''
  const figures = `${subjectOf(threshold)} ${least}${formatActual(threshold)}, limit ${formatLimit(threshold.limit, threshold.unit)}`
  return margin === undefined ? figures : `${figures}, ${margin}`
}

/** What a row of figures does not say of its threshold: why nothing follows from them, or that some had no answer yet. */
export function thresholdNote({ result, reason, unanswered }: ThresholdResult): string | undefined {
  if (result === 'inconclusive') return `inconclusive: ${reason}`
  return unanswered === undefined ? undefined : reason
}

/**
 * The verdict in one sentence: `FAIL: p95 6.42 s, limit 2 s, 3.2 times the limit; 2 more thresholds fail`. A fail names
 * the threshold that is furthest off, thresholds that the user wrote before the default one; a pass names the closest.
 * The texts in it are the user's: each format neutralises the sentence as a whole.
 */
export function headline(report: Pick<Report, 'verdict'>): string {
  const { result, reasons, thresholds } = report.verdict
  return `${VERDICT_WORD[result]}: ${sentences[result](thresholds, reasons)}`
}

/** Where most requests fail, that is the news, whoever wrote the threshold: slowness and rates follow from it. */
function failsMost({ metric, scope, actual }: ThresholdResult): boolean {
  return metric === 'errors' && (scope === 'all' || scope === '') && (actual ?? 0) >= 0.5
}

const sentences: Readonly<
  Record<VerdictResult, (thresholds: readonly ThresholdResult[], reasons: readonly string[]) => string>
> = {
  fail(thresholds, reasons) {
    const failed = thresholds
      .filter(one => one.result === 'fail')
      .toSorted(
        (a, b) =>
          Number(failsMost(b)) - Number(failsMost(a)) ||
          Number(a.default) - Number(b.default) ||
          severity(b) - severity(a),
      )
    const [worst, ...others] = failed
    if (worst === undefined) return reasons[0] ?? 'the run failed'
    if (others.length === 0) return thresholdSentence(worst)
    return `${thresholdSentence(worst)}; ${others.length} more ${others.length === 1 ? 'threshold fails' : 'thresholds fail'}`
  },
  pass(thresholds, reasons) {
    const held = thresholds.filter(one => one.result === 'pass')
    if (held.length === 0) return reasons[0] ?? 'nothing was asked of the run'
    const closest = held
      .filter(one => severity(one) > 0 && Number.isFinite(severity(one)))
      .toSorted((a, b) => severity(a) - severity(b))[0]
    const count = held.length === 1 ? 'its threshold holds' : `all ${held.length} thresholds hold`
    if (closest === undefined) return count
    return `${count}${held.length === 1 ? ', ' : '; the closest is '}${thresholdSentence(closest)}`
  },
  inconclusive(thresholds, reasons) {
    if (reasons[0] !== undefined) return reasons[0]
    const open = thresholds.find(one => one.result === 'inconclusive')
    return open === undefined ? 'the run does not say' : `${open.text}: ${open.reason}`
  },
}

/**
 * The verdict's reasons that neither the headline nor the thresholds' own lines say: lost shards, a saturated generator,
 * missed iterations. Empty for a pass.
 */
export function otherReasons({ verdict }: Pick<Report, 'verdict'>): readonly string[] {
  if (verdict.result === 'pass') return []
  const said = new Set(verdict.thresholds.flatMap(one => [one.reason, `${one.scope}: ${one.reason}`]))
  const sentence = headline({ verdict })
  return verdict.reasons.filter(reason => !said.has(reason) && !sentence.endsWith(`: ${reason}`))
}
