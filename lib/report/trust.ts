import { formatMs } from '../measure/format-duration.ts'
import { formatCount, formatShare, plural } from '../measure/format-number.ts'
import type { Report, TrustCheck } from './report.ts'

/**
 * What the figures' trustworthiness rests on, in one line: `2 generators, p99 late 0.3 ms, 0 missed`. What is not as
 * it should be (lost shards, missed and interrupted iterations, a busy generator) is said, what is in order is brief.
 */
export function trustLine(
  report: Pick<Report, 'run' | 'arrivals' | 'generators' | 'lost' | 'interrupted' | 'trust'>,
): string {
  const { arrivals, generators, lost } = report
  const count = report.run.generatorCount
  const parts = [plural(count, 'generator')]
  const late = arrivals.latenessMs.p99 ?? arrivals.latenessMs.max
  if (late !== undefined)
    parts.push(`${arrivals.latenessMs.p99 === undefined ? 'at most' : 'p99'} late ${formatMs(late, 2)}`)
  parts.push(`${formatCount(arrivals.missed)} missed${missedBy(arrivals.missedBy)}`)
  if (lost.length > 0) {
    const share = lost.reduce((sum, one) => sum + one.share, 0)
    parts.push(`${plural(lost.length, 'shard')} lost (${formatShare(share)} of the load)`)
  }
  const cut = [...counted(report.interrupted, 'request'), ...counted(arrivals.interrupted ?? 0, 'iteration')]
  if (cut.length > 0) parts.push(`${cut.join(' and ')} interrupted at the end`)
  const cpu = generators.flatMap(one => (one.cpuShare === undefined ? [] : [one.cpuShare]))
  if (cpu.length > 0) parts.push(`busiest at ${formatShare(Math.max(...cpu), 2)} of a core`)
  const waitShare = Math.max(0, ...generators.map(one => one.waitShare ?? 0))
  if (waitShare >= MUCH_WAIT_SHARE) parts.push(`without a core for ${formatShare(waitShare, 2)} of the time`)
  const lagMs = Math.max(0, ...generators.map(one => one.loopLagMaxMs ?? 0))
  if (lagMs >= LONG_LAG_MS) parts.push(`held up for ${formatMs(lagMs, 2)} at most`)
  const gcShare = Math.max(0, ...generators.map(one => one.gcShare ?? 0))
  if (gcShare >= MUCH_GC_SHARE) parts.push(`${formatShare(gcShare, 2)} of the time in garbage collection`)
  const doubts = (report.trust ?? []).filter(check => check.result === 'doubtful')
  return [...parts, ...doubts.map(check => DOUBTS[check.kind])].join(', ')
}

function counted(count: number, noun: string): readonly string[] {
  return count === 0 ? [] : [plural(count, noun)]
}

/** A loop that stood still for so long has made answers late that had come. */
const LONG_LAG_MS = 100
const MUCH_GC_SHARE = 0.05
/** Ready to run, while other programs had the cores. */
const MUCH_WAIT_SHARE = 0.1

const DOUBTS: Readonly<Record<TrustCheck['kind'], string>> = {
  arrivals: 'arrivals not as planned',
  poisson: 'arrivals not Poisson',
  stationary: 'response times drifted',
  samples: 'few samples',
  closed: 'closed load',
}

const RESULTS: Readonly<Record<TrustCheck['result'], string>> = { ok: 'ok', doubtful: 'doubtful', unknown: 'unknown' }

/** The questions that the run answered about itself: a word and a sentence each. */
export function trustLines(report: Pick<Report, 'trust'>): readonly (readonly [word: string, text: string])[] {
  return (report.trust ?? []).map(check => [check.kind === 'closed' ? 'note' : RESULTS[check.result], check.text])
}

const CAUSES: Readonly<Record<string, string>> = {
  late: 'late',
  maxUsers: 'at maxUsers',
  data: 'out of data rows',
  time: 'out of time',
}

/** ` (120 at maxUsers, 8 late)`, the commonest first; empty where nothing was missed. */
function missedBy(causes: Readonly<Record<string, number>>): string {
  const named = Object.entries(causes)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([cause, count]) => `${formatCount(count)} ${CAUSES[cause] ?? cause}`)
  return named.length === 0 ? '' : ` (${named.join(', ')})`
}
