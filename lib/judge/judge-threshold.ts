import type { Histogram } from '../measure/histogram.ts'
import { keepsLimit } from '../measure/live-observation.ts'
import type { Observation } from '../measure/observation.ts'
import { observeWhole } from '../measure/observe.ts'
import { observeUnanswered } from '../measure/observe-unanswered.ts'
import type { Threshold } from '../scenario/threshold.ts'
import { formatSubject } from '../scenario/threshold-subject.ts'
import { type Evaluation, evaluate, failStands, interval95 } from './evaluation.ts'
import { formatCount } from './format-figure.ts'
import { formatActual, formatFigure, formatLimit, formatMarginInWords } from './format-threshold.ts'
import { lengthMs, phaseSpan, scopePhases } from './judged-time.ts'
import { type Window, windowsOf } from './judged-windows.ts'
import { lostShare } from './missing.ts'
import { baseCount, missingIn, perObserved, requestsPerIteration, timesRatio } from './missing-in-scope.ts'
import type { ThresholdContext } from './threshold-context.ts'
import type { ThresholdResult } from './threshold-result.ts'
import { stuckText, unansweredText, withUnanswered } from './unanswered.ts'
import type { VerdictResult } from './verdict-result.ts'

type Judgement = {
  readonly result: VerdictResult
  readonly reason: string
  readonly evaluation: Evaluation
  /** Of its samples, requests that the end cut off. */
  readonly unanswered?: number
}

/** Judges one threshold over its scope, or in each of its windows. */
export function judgeThreshold(threshold: Threshold, context: ThresholdContext): ThresholdResult {
  const windowed = threshold.everyMs !== undefined || threshold.afterMs !== undefined
  const judgement = windowed ? judgeWindows(threshold, context) : judgeWhole(threshold, context)
  const { evaluation, unanswered, result, reason } = softened(judgement, context)
  return {
    text: threshold.text,
    scope: threshold.scope.kind === 'all' ? 'all' : scopeText(threshold),
    metric: formatSubject(threshold.subject),
    operator: threshold.operator,
    limit: threshold.limit,
    ...(evaluation.actual === undefined ? {} : { actual: evaluation.actual }),
    unit: threshold.unit,
    samples: evaluation.samples,
    ...(unanswered === undefined ? {} : { unanswered }),
    default: threshold.default,
    result,
    reason,
  }
}

function judgeWhole(threshold: Threshold, context: ThresholdContext): Judgement {
  const { plan, summary, cutAtStop } = context
  const phases = scopePhases(plan, summary, threshold)
  const answered = observeWhole(summary.measurements, threshold)
  const unanswered = observeUnanswered(summary.measurements, threshold)
  const observation = unanswered === undefined ? answered : withUnanswered(answered, unanswered)
  const seconds = lengthMs(phases.map(phase => phaseSpan(summary, phase))) / 1000
  const missing =
    unanswered === undefined
      ? timesRatio(baseCount(threshold, context, phases, observation), perObserved(threshold, context, phases))
      : Math.ceil(missingIn(threshold, context, phases).missing - unanswered.count - 1e-6)
  const evaluation = evaluate(threshold, observation, seconds)
  const figure = { observation, evaluation, missing, seconds, cutAtStop }
  const judgement =
    unanswered === undefined
      ? judgeFigure(threshold, context, figure)
      : { ...judgeFigure(threshold, context, { ...figure, unanswered }), unanswered: unanswered.count }
  const stuck = stuckText(threshold, summary.measurements, answered)
  if (stuck !== undefined && (judgement.result === 'pass' || evaluation.actual === undefined)) {
    const reason = evaluation.actual === undefined ? stuck : `${judgement.reason}, but ${stuck}`
    return { ...judgement, result: 'inconclusive', reason }
  }
  const { lateStarts } = context
  if (judgement.result !== 'fail' || lateStarts === undefined || serviceBreaks(threshold, context)) return judgement
  const what = unanswered === undefined ? 'it' : 'what was answered'
  const reason = `${judgement.reason}, but counted from the send ${what} keeps the limit, and ${lateStarts}`
  return { ...judgement, result: 'inconclusive', reason }
}

/**
 * Whether the limit would be broken by the times from the send as well; true for what is no response time. Of what had no
 * answer yet the send is not kept: it is taken to have been as late as the latest start of the run, in its favour.
 */
function serviceBreaks(threshold: Threshold, { summary }: ThresholdContext): boolean {
  const { subject, scope } = threshold
  if (subject.kind !== 'latency' || scope.kind === 'flow') return true
  if (subject.latency !== 'response' && subject.latency !== 'success' && subject.latency !== 'failed') return true
  const service: Threshold = { ...threshold, subject: { ...subject, latency: 'service' } }
  const lateMs = Math.max(0, ...summary.generators.map(({ lateness }) => lateness.maxUs / 1000))
  const answered = observeWhole(summary.measurements, service)
  const surely = { ...threshold, limit: threshold.limit + lateMs }
  const unanswered = observeUnanswered(summary.measurements, surely, answered.times?.geometry)
  const { actual } = evaluate(service, unanswered ? withUnanswered(answered, unanswered) : answered, 0)
  return actual === undefined || !keepsLimit(threshold, actual)
}

/** The only figure under an upper limit that requests without an answer change although it keeps the limit. */
function isMean({ subject }: Threshold): boolean {
  return subject.kind === 'latency' && subject.statistic.kind === 'mean'
}

function judgeWindows(threshold: Threshold, context: ThresholdContext): Judgement {
  const { plan, summary, cutAtStop } = context
  const phases = scopePhases(plan, summary, threshold)
  const windows = windowsOf(threshold, summary, phases)
  if (windows.length === 0) {
    const reason = 'the judged phases hold no whole window'
    return { result: 'inconclusive', reason, evaluation: { samples: 0 } }
  }
  const ratio = perObserved(threshold, context, phases)
  const whole = observeWhole(summary.measurements, threshold)
  const scale = whole.count === 0 ? 1 : baseCount(threshold, context, phases, whole) / whole.count
  const anything = windows.some(window => window.observation.count > 0)
  const judged = windows.map(window => {
    const { observation, seconds } = window
    const lost = lostShare(plan, summary, window, cutAtStop)
    const fromLost = lost >= 1 ? Number.POSITIVE_INFINITY : (observation.count * scale * lost) / (1 - lost)
    const missing = Number.isFinite(ratio)
      ? fromLost + (scale === 0 ? 0 : observation.missed * requestsPerIteration(context, phases))
      : ratio
    const evaluation = evaluate(threshold, observation, seconds, anything)
    const judgement = judgeFigure(threshold, context, { observation, evaluation, missing, seconds, cutAtStop })
    return { ...judgement, window }
  })
  return worstOf(threshold, judged)
}

type Figure = {
  readonly observation: Observation
  readonly evaluation: Evaluation
  readonly missing: number
  readonly seconds: number
  readonly cutAtStop: boolean
  /** Among the observation's times, the waits of what had no answer yet. */
  readonly unanswered?: Histogram
}

function judgeFigure(threshold: Threshold, context: ThresholdContext, figure: Figure): Judgement {
  const { evaluation, observation, missing, seconds } = figure
  const { actual, lack } = evaluation
  if (actual === undefined) return { result: 'inconclusive', reason: lack ?? 'not observed', evaluation }
  const { limit, unit } = threshold
  let keeps = keepsLimit(threshold, actual)
  const { unanswered } = figure
  const value = formatActual({ actual, limit, unit })
  const shown =
    unanswered === undefined
      ? value
      : unansweredText(value, keeps && !isMean(threshold), evaluation.samples, unanswered)
  const text = `${formatSubject(threshold.subject)} ${shown}, limit ${formatLimit(limit, unit)}`
  if (context.plan.scenario.strict && threshold.operator !== '=' && threshold.operator !== '!=') {
    const [low, high] = interval95(threshold, observation, actual)
    const lowKeeps = keepsLimit(threshold, low)
    if (lowKeeps !== keepsLimit(threshold, high)) {
      const range = `${formatFigure(low, unit)} to ${formatFigure(high, unit)}`
      return { result: 'inconclusive', reason: `${text}: its 95 % interval, ${range}, holds the limit`, evaluation }
    }
    keeps = lowKeeps
  }
  if (keeps) return { result: 'pass', reason: text, evaluation }
  if (context.generatorLimit !== undefined && restsOnTheGenerator(threshold)) {
    return { result: 'inconclusive', reason: `${text}, but ${context.generatorLimit}`, evaluation }
  }
  if (!failStands(threshold, observation, missing, seconds)) {
    const many = Number.isFinite(missing)
      ? `the ${formatCount(Math.ceil(missing))} missing requests`
      : 'the missing requests'
    return { result: 'inconclusive', reason: `${text}, but ${many} could have kept it`, evaluation }
  }
  const margin = formatMarginInWords({ actual, limit, unit })
  return { result: 'fail', reason: margin === undefined ? text : `${text}, ${margin}`, evaluation }
}

/** A window that fails decides, then one that cannot be judged; the figure shown is the worst one. */
function worstOf(threshold: Threshold, judged: readonly (Judgement & { readonly window: Window })[]): Judgement {
  const order: readonly VerdictResult[] = ['fail', 'inconclusive', 'pass']
  const result = order.find(candidate => judged.some(one => one.result === candidate)) ?? 'inconclusive'
  const alike = judged.filter(one => one.result === result)
  const worst = alike.reduce((a, b) => (badness(threshold, b.evaluation) > badness(threshold, a.evaluation) ? b : a))
  const place = threshold.everyMs === undefined ? worst.window.text : `in the worst window, ${worst.window.text}`
  const others = result === 'pass' || judged.length === 1 ? '' : `; ${alike.length} of ${judged.length} windows`
  const samples = worst.evaluation.samples
  const withFigure = judged.reduce((a, b) =>
    badness(threshold, b.evaluation) > badness(threshold, a.evaluation) ? b : a,
  )
  const actual = worst.evaluation.actual ?? withFigure.evaluation.actual
  return {
    result,
    reason: `${worst.reason} ${place}${others}`,
    evaluation: { samples, ...(actual === undefined ? {} : { actual }) },
  }
}

function badness(threshold: Threshold, { actual }: Evaluation): number {
  if (actual === undefined) return Number.NEGATIVE_INFINITY
  if (threshold.operator === '<' || threshold.operator === '<=') return actual
  if (threshold.operator === '>' || threshold.operator === '>=') return -actual
  return Math.abs(actual - threshold.limit)
}

function softened(judgement: Judgement, { stopped }: ThresholdContext): Judgement {
  if (stopped === undefined || judgement.result !== 'pass') return judgement
  return { ...judgement, result: 'inconclusive', reason: `${judgement.reason} until the run was ${stopped}` }
}

/** Latencies and rates are the generator's own where it is the limit; what the target answered is not. */
function restsOnTheGenerator({ subject }: Threshold): boolean {
  return (
    subject.kind === 'latency' ||
    subject.kind === 'throughput' ||
    subject.kind === 'requests' ||
    subject.kind === 'iterations'
  )
}

function scopeText({ scope }: Threshold): string {
  if (scope.kind === 'all') return 'all'
  return scope.kind === 'request' ? scope.name : `${scope.kind} ${scope.name}`
}
