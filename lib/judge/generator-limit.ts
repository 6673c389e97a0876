import type { GeneratorHealth } from '../measure/generator-health.ts'
import type { HealthInterval } from '../measure/generator-health-intervals.ts'
import { judgedPhases, mergedFigures } from '../measure/merged-figures.ts'
import type { Summary } from '../measure/summary.ts'
import { formatCount, formatMs, formatShare } from './format-figure.ts'
import { joined, phaseSpan } from './judged-time.ts'

const BUSY_CPU_SHARE = 0.9
/** Users wait for a generator that has no time left, not for their answers alone. */
const SATURATED_CPU_SHARE = 0.95
/** Shorter stretches are the start: code is compiled, connections are opened. */
const LEAST_SATURATED_MS = 3000
/** Garbage collection takes a few percent of a generator that has memory enough. */
const MUCH_GC_SHARE = 0.2
/** What the system gives to other threads, where ours was ready to run. */
const MUCH_WAIT_SHARE = 0.25
/** Lateness below this is the scheduling noise of an operating system. */
const LATE_MS = 10
/** Starts of which a 99th percentile can be told; with fewer, one pause of the start-up would be the whole of it. */
const LEAST_STARTS = 100
/** Lateness matters once it is such a part of the response times' p95. */
const LATE_SHARE = 0.1
/** The part of the response times that requests may wait for a connection of the pool. */
const POOL_WAIT_SHARE = 0.5

/**
 * Which resource of the generators was the limit, and what to change; undefined where none was. Each is a sentence, the
 * gravest first: starts that were late, a core that was used up by users who do not wait, a pool that was too small.
 */
export function generatorLimit(summary: Summary): readonly string[] | undefined {
  const limits = [...lateGenerators(summary), ...saturatedGenerators(summary), ...smallPool(summary)]
  return limits.length === 0 ? undefined : limits
}

/**
 * A generator is the limit if it started iterations late by more than 10 ms and a tenth of the response times' p95 in its
 * 99th percentile of at least a hundred starts, while its CPU was taken (above 0.9 of a core) or garbage collection held it up (a fifth of the time);
 * or, for whatever reason, by more than half of that p95 and 100 ms, as when the machine was paused or swapped.
 */
function lateGenerators(summary: Summary): readonly string[] {
  const p95Ms = responseOf(summary).percentile(95) / 1000
  const limited = summary.generators.filter(generator => {
    const lateMs = lateP99Ms(generator)
    const explained =
      generator.lateness.count >= LEAST_STARTS &&
      (busyShare(generator) > BUSY_CPU_SHARE || (generator.late?.gcShare ?? 0) > MUCH_GC_SHARE)
    return (explained && lateMs > Math.max(LATE_MS, LATE_SHARE * p95Ms)) || lateMs > Math.max(100, p95Ms / 2)
  })
  const worst = limited.toSorted((a, b) => lateP99Ms(b) - lateP99Ms(a))[0]
  if (worst === undefined) return []
  const many = limited.length === 1 ? 'a generator' : `${limited.length} generators`
  return [`${many} could not keep up: p99 ${formatMs(lateP99Ms(worst))} late${scarce(worst)}`]
}

/**
 * Starts were late because the machine gave its cores to others: not enough to doubt what keeps a limit in spite of it,
 * and enough to doubt response times that break one while the target answered in time.
 */
export function withoutCore(summary: Summary): string | undefined {
  const p95Ms = responseOf(summary).percentile(95) / 1000
  const waiting = summary.generators.filter(
    generator =>
      generator.lateness.count >= LEAST_STARTS &&
      (generator.late?.waitShare ?? 0) > MUCH_WAIT_SHARE &&
      lateP99Ms(generator) > Math.max(LATE_MS, LATE_SHARE * p95Ms),
  )
  const worst = waiting.toSorted((a, b) => lateP99Ms(b) - lateP99Ms(a))[0]
  return worst === undefined
    ? undefined
    : `a generator started iterations late, p99 ${formatMs(lateP99Ms(worst))}${scarce(worst)}`
}

/** What had run out while starts were late, and what to change. */
function scarce(generator: GeneratorHealth): string {
  const { late, cpuShare } = generator
  if (late !== undefined && late.gcShare > MUCH_GC_SHARE) {
    const share = formatShare(late.gcShare)
    return ` with ${share} of the time in garbage collection; give it more memory, or use more --generators`
  }
  const busy = busyShare(generator)
  if (busy > BUSY_CPU_SHARE) return ` with ${formatShare(busy)} of a core in use; use more --generators or less load`
  const used = cpuShare === undefined ? '' : ` with ${formatShare(cpuShare)} of a core in use`
  if ((late?.waitShare ?? 0) > MUCH_WAIT_SHARE) {
    const share = formatShare(late?.waitShare ?? 0)
    return `${used}, ready to run and without a core for ${share} of the time; keep the target and other programs off this machine, or use less load`
  }
  const lag =
    late === undefined || late.loopLagMaxMs < LATE_MS ? '' : `, held up for ${formatMs(late.loopLagMaxMs)} at a time`
  return `${used}${lag}; use more --generators or less load`
}

function busyShare({ cpuShare, late }: GeneratorHealth): number {
  return Math.max(cpuShare ?? 0, late?.cpuShare ?? 0)
}

/**
 * Users of closed phases have no schedule to be late for: a generator whose core is used up slows them down, and the
 * response times with them. It is the limit if that was so in most of the judged intervals, and for three seconds at least.
 */
function saturatedGenerators(summary: Summary): readonly string[] {
  const { measurements, generators } = summary
  const closed = measurements.plan.phases.filter(
    phase => phase.judged && (phase.kind === 'closed' || phase.kind === 'iterations'),
  )
  const spans = joined(closed.map(phase => phaseSpan(summary, phase)))
  const { intervalMs } = measurements.plan
  const judged = measurements.health.list.filter((interval, index): interval is HealthInterval => {
    const fromMs = index * intervalMs
    return interval !== undefined && spans.some(span => span.fromMs <= fromMs && fromMs + intervalMs <= span.toMs)
  })
  const saturated = judged.filter(interval => interval.cpu >= SATURATED_CPU_SHARE * 1000)
  if (saturated.length * 2 <= judged.length || saturated.length * intervalMs < LEAST_SATURATED_MS) return []
  const busiest = Math.max(...generators.map(generator => generator.cpuShare ?? 0))
  if (busiest < BUSY_CPU_SHARE) return []
  return [
    `a generator's core was used up (${formatShare(busiest)}), and its users waited for it as well as for the target; use more --generators or fewer users`,
  ]
}

/** Requests that are sent late, from iterations that started in time, have waited for a connection. */
function smallPool(summary: Summary): readonly string[] {
  const { measurements, generators } = summary
  const { connections } = measurements.plan.scenario.http
  if (connections === 'per-user' || generators.every(each => each.connectionsMax < connections.pooled)) return []
  const figures = mergedFigures(measurements, judgedPhases(measurements.plan))
  const responseMs = figures.response.percentile(95) / 1000
  const serviceMs = (figures.service?.percentile(95) ?? 0) / 1000
  const lateMs = Math.max(0, ...generators.map(lateP99Ms))
  const waitedMs = responseMs - serviceMs - lateMs
  if (waitedMs < Math.max(LATE_MS, POOL_WAIT_SHARE * responseMs)) return []
  return [
    `requests waited for ${connections.pooled === 1 ? 'the one pooled connection' : `one of the ${formatCount(connections.pooled)} pooled connections`} a generator: p95 ${formatMs(responseMs)}, of which ${formatMs(serviceMs)} from the send; use a larger pool, one connection a user, or more --generators`,
  ]
}

function responseOf({ measurements }: Summary) {
  return mergedFigures(measurements, judgedPhases(measurements.plan)).response
}

function lateP99Ms(generator: GeneratorHealth): number {
  return generator.lateness.percentile(99) / 1000
}
