import { flowsThatUse } from '../scenario/data-use.ts'
import type { Fault } from '../scenario/fault.ts'
import type { Threshold } from '../scenario/threshold.ts'
import { cycleMs, expectedWork, FASTEST_ANSWER_MS, type FlowWork } from './expected-work.ts'
import { thinkRange } from './flow-cost.ts'
import { isLocalTarget } from './local-target.ts'
import type { Plan } from './plan.ts'
import { hasWindow, inScope, mostSamples, poorestWindow, samplesNeeded } from './threshold-samples.ts'
import { weightParts } from './weight-parts.ts'

/**
 * What a reader of the plan should know before it runs, and that no grammar can tell: wishes that the load cannot
 * fulfil, figures that will be missing, parts that will never be used. None of them stops a run.
 */
export function planWarnings(plan: Plan, options: { readonly knownTarget?: boolean } = {}): readonly Fault[] {
  const works = expectedWork(plan)
  return [
    ...plan.scenario.thresholds.flatMap(threshold => thresholdWarnings(plan, works, threshold)),
    ...loadWarnings(plan, works),
    ...dataWarnings(plan),
    ...(options.knownTarget === true ? [] : targetWarnings(plan)),
  ]
}

function thresholdWarnings(plan: Plan, works: readonly FlowWork[], threshold: Threshold): readonly Fault[] {
  const { scope, text } = threshold
  const most = works.reduce((sum, work) => sum + mostSamples(work, scope), 0)
  if (most === 0 && works.some(work => work.phase.judged)) {
    return [{ message: `${quoted(text)}: nothing that the load does is counted there, so it will be inconclusive` }]
  }
  const missed = neverJudged(plan, threshold)
  if (missed !== undefined) return [{ message: `${quoted(text)} will be inconclusive: ${missed}` }]
  return [...wishWarnings(plan, works, threshold, most), ...sampleWarnings(plan, works, threshold, most)]
}

/** Why no time of the load is judged by a threshold; undefined where some is. */
function neverJudged(plan: Plan, threshold: Threshold): string | undefined {
  const { afterMs = 0, everyMs, scope } = threshold
  const phases = plan.phases.filter(phase => phase.judged && (scope.kind !== 'phase' || phase.name === scope.name))
  const endMs = Math.max(0, ...phases.map(phase => phase.startMs + phase.durationMs))
  if (phases.length === 0) return undefined
  if (afterMs >= endMs) return `what is judged of the load ends after ${seconds(endMs)}`
  if (everyMs !== undefined && !hasWindow(plan, threshold)) return `no window of ${seconds(everyMs)} fits into it`
  return undefined
}

/** Little's law: users / (think + time of an answer) bounds the rate that closed users can make. */
function wishWarnings(plan: Plan, works: readonly FlowWork[], threshold: Threshold, most: number): readonly Fault[] {
  const { scope, subject, operator, limit, text } = threshold
  if (!operator.startsWith('>') || scope.kind === 'flow' || threshold.everyMs !== undefined) return []
  if (subject.kind === 'requests' && limit > most) {
    return [{ message: `${quoted(text)} cannot hold: the load comes to ${many(most, 'request')} at most` }]
  }
  if (subject.kind !== 'throughput') return []
  const counted = works.filter(work => inScope(work, scope))
  const seconds = coveredMs(counted) / 1000
  const bound = most / seconds
  if (!(limit > bound)) return []
  const closed = counted.filter(work => work.userMs !== undefined)
  const [slowest] = closed.toSorted((a, b) => cycleMs(b.flow, FASTEST_ANSWER_MS) - cycleMs(a.flow, FASTEST_ANSWER_MS))
  const why =
    slowest === undefined || plan.phases.length === 0
      ? 'that is all its rate asks for'
      : `${many(users(closed), 'user')} with ${count(thinkRange(slowest.flow).minMs)} ms of think time can do no more (Little's law: users / time of an iteration)`
  return [
    {
      message: `${quoted(text)} cannot hold: the load comes to ${many(bound, 'request')} a second at most; ${why}`,
      fix: slowest === undefined ? 'a higher rate' : 'more users, less think time, or a rate: instead of users:',
    },
  ]
}

function sampleWarnings(plan: Plan, works: readonly FlowWork[], threshold: Threshold, most: number): readonly Fault[] {
  const needed = samplesNeeded(threshold)
  if (needed <= 1) return []
  const text = quoted(threshold.text)
  if (most < needed) {
    return [
      {
        message: `${text} will be inconclusive: it needs ${many(needed, 'sample')}, and the load comes to ${count(most)} at most`,
        fix: 'a longer or heavier load, or a lower percentile',
      },
    ]
  }
  const window = poorestWindow(plan, works, threshold)
  if (window === undefined || window.samples >= needed) return []
  const everyMs = threshold.everyMs ?? 0
  const enoughMs = everyMs * Math.ceil(needed / Math.max(1, window.samples))
  return [
    {
      message: `${text}: the window from ${seconds(window.fromMs)} to ${seconds(window.toMs)} can hold ${many(window.samples, 'sample')} at most, and the percentile needs ${count(needed)}`,
      fix:
        window.samples >= 1
          ? `every ${seconds(enoughMs)}`
          : 'judge from a later instant (after 30s), or mark the phase as warm-up',
    },
  ]
}

function loadWarnings(plan: Plan, works: readonly FlowWork[]): readonly Fault[] {
  const found: Fault[] = []
  const { scenario } = plan
  const loads = plan.phases.filter(phase => phase.kind !== 'pause' && phase.kind !== 'drain')
  if (loads.length > 0 && loads.every(phase => phase.warmup)) {
    found.push({ message: 'every phase is a warm-up: nothing is judged, and the run will be inconclusive' })
  }
  for (const flow of scenario.flows) {
    if (works.some(work => work.flow === flow)) continue
    found.push({ path: `flows.${flow.name}`, message: `flow ${flow.name} is never run: ${whyNever(plan, flow.name)}` })
  }
  for (const { name, flows } of scenario.tracks) {
    if (weightParts(flows.map(each => each.weight)).exact) continue
    found.push({
      message: `the weights of load ${name} are finer than the mix can follow and were rounded`,
      fix: 'weights whose sum is at most 1,000',
    })
  }
  const closed = works.filter(work => work.userMs !== undefined)
  const hasty = [...new Set(closed.filter(work => thinkRange(work.flow).minMs === 0).map(work => work.flow.name))]
  if (hasty.length > 0) {
    found.push({
      message: `users of ${hasty.join(', ')} never think: each sends its next request as soon as it is answered, so the load falls where the target slows down`,
      fix: 'think: 1s..3s in the flow, or rate: for a load that does not wait',
    })
  }
  return found
}

function whyNever(plan: Plan, name: string): string {
  const track = plan.scenario.tracks.find(each => each.flows.some(one => one.flow === name))
  if (track === undefined) return 'no load names it'
  const weight = track.flows.find(one => one.flow === name)?.weight ?? 0
  if (weight === 0) return 'its weight is 0'
  return 'the load is too small for its weight to give it a user or an iteration'
}

function dataWarnings(plan: Plan): readonly Fault[] {
  return plan.scenario.data
    .filter(set => flowsThatUse(plan.scenario, set.name).length === 0)
    .map(set => ({ path: `data.${set.name}`, message: `data set ${set.name} is read by no flow` }))
}

function targetWarnings(plan: Plan): readonly Fault[] {
  if (isLocalTarget(plan.scenario.target)) return []
  return [
    { path: 'target', message: `${plan.scenario.target} is not on this machine: be sure that you may put load on it` },
  ]
}

function users(works: readonly FlowWork[]): number {
  const byPhase = new Map<number, number>()
  for (const { phase } of works) byPhase.set(phase.index, phase.maxUsers)
  return Math.max(0, ...byPhase.values())
}

/** Length of the union of the works' phases. */
function coveredMs(works: readonly FlowWork[]): number {
  const spans = [...new Set(works.map(work => work.phase))].sort((a, b) => a.startMs - b.startMs)
  let covered = 0
  let endMs = 0
  for (const { startMs, durationMs } of spans) {
    covered += Math.max(0, startMs + durationMs - Math.max(endMs, startMs))
    endMs = Math.max(endMs, startMs + durationMs)
  }
  return covered
}

const quoted = (text: string) => `"${text}"`
const seconds = (ms: number) => `${ms / 1000}s`
const count = (value: number) => (value >= 10 ? Math.floor(value) : Math.floor(value * 10) / 10).toLocaleString('en-GB')
const many = (value: number, noun: string) => `${count(value)} ${noun}${count(value) === '1' ? '' : 's'}`
