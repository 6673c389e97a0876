/**
 * What is reported beside what follows from the schedule: a target that stalls, and one that is overloaded.
 * `node bench/truth.ts`: a minute and a half. The target tells when it stood still, as it came to pass, so that what is
 * left between the two is the generator's own. Reported values are meant to be within 2 %.
 */
import { mergedFigures } from '../lib/measure/merged-figures.ts'
import { arrivalCursor } from '../lib/plan/arrivals.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { type LoadRun, runLoad } from './run-load.ts'
import { markdownTable } from './tables.ts'
import { percentile, queuedResponsesMs, type Standstill, stalledResponsesMs } from './truth-model.ts'
import { findCompiler, type Stamp, startTruthServer } from './truth-server.ts'

type Case = {
  readonly name: string
  readonly words: readonly (string | number)[]
  readonly rate: number
  readonly seconds: number
  /** Standstills are told from the start of the load, as the arrivals are. */
  readonly truth: (arrivalsMs: readonly number[], standstills: readonly Standstill[]) => readonly number[]
}

/**
 * Arrivals come every 5 ms. A stall that began or ended with one would have 40 us decide whether that one waits for a second;
 * half-way between two, what follows from the schedule is one thing.
 */
const stall = { delayMs: 20, stallMs: 1000, periodMs: 10_000, firstMs: 1002.5 }
/**
 * Five of the stalls, so that a ninth of all requests meets one: p90 lies well up the slope that a stall makes of response
 * times, where 0.1 % of rank is 9 ms of 167. With one stall in every ten seconds of the run it would lie at the slope's
 * foot, where that is as much of 40.
 */
export const STALL_SECONDS = 43.6
const queue = { workers: 10, serviceMs: 100 }

/** `seconds`: how long the target that stalls is loaded. */
const truthCases = (seconds: number): readonly Case[] => [
  {
    name: `stall: 200/s for ${seconds} s, 20 ms, one second in every ten, five in all, so that p90 is up a stall's slope`,
    words: ['stall', stall.delayMs, stall.stallMs, stall.periodMs, stall.firstMs],
    rate: 200,
    seconds,
    truth: (arrivals, standstills) => stalledResponsesMs(arrivals, stall.delayMs, standstills),
  },
  {
    name: 'overload: 150/s for 20 s, capacity 100/s',
    words: ['queue', queue.workers, queue.serviceMs],
    rate: 150,
    seconds: 20,
    truth: arrivals => queuedResponsesMs(arrivals, queue),
  },
]

/** The instants at which a plan of one phase has something arrive. */
export function arrivalsMs(plan: Plan): readonly number[] {
  const [phase] = plan.phases
  if (phase === undefined) return []
  const all: number[] = []
  for (const cursor = arrivalCursor(plan, phase, 0); cursor.index >= 0; cursor.advance()) all.push(cursor.atUs / 1000)
  return all
}

/** A table of Markdown a case, each below a line that says what was done. */
export async function truthTables(compiler: string | undefined, seconds: number): Promise<string> {
  const parts: string[] = []
  for (const each of truthCases(seconds)) parts.push(await measure(each, compiler))
  return parts.join('\n\n')
}

async function measure({ name, words, rate, seconds, truth }: Case, compiler: string | undefined): Promise<string> {
  const server = await startTruthServer(words, compiler)
  try {
    const run = await runLoad({
      target: server.origin,
      load: [{ rate: `${rate}/s`, for: `${seconds}s` }],
      steps: [{ get: '/t/{{ iteration }}', name: 'GET /t' }],
    })
    const standstills = (await server.stalls()).map(({ beginUs, endUs }) => ({
      beginMs: (beginUs - run.startUs) / 1000,
      endMs: (endUs - run.startUs) / 1000,
    }))
    const stamps = await server.stamps()
    const planned = arrivalsMs(run.plan)
    const computed = truth(planned, standstills)
    return `${name}.\n\n${table(run, computed, answeredMs(run, stamps, planned))}`
  } finally {
    server.stop()
  }
}

/** From each planned instant to when the target wrote the answer: true whatever kept the target, or the request, waiting. */
function answeredMs({ startUs }: LoadRun, stamps: readonly Stamp[], planned: readonly number[]): readonly number[] {
  return stamps.map(({ number, answeredUs }) => (answeredUs - startUs) / 1000 - (planned[number] ?? Number.NaN))
}

function table({ plan, result }: LoadRun, computed: readonly number[], answered: readonly number[]): string {
  const places = plan.phases.map(phase => phase.index)
  const { response, count, failures } = mergedFigures(result.measurements, places)
  const rows = [50, 90, 99, 100].map(p => {
    const reportedMs = (p === 100 ? response.maxUs : response.percentile(p)) / 1000
    const [computedMs, answeredMs] = [percentile(computed, p), percentile(answered, p)]
    const apart = (fromMs: number) => `${(((reportedMs - fromMs) / fromMs) * 100).toFixed(2)} %`
    const ms = [computedMs, answeredMs, reportedMs].map(each => each.toFixed(1))
    const around = [p - 0.2, Math.min(100, p + 0.2)].map(each => percentile(computed, each).toFixed(1)).join(' to ')
    return [p === 100 ? 'max' : `p${p}`, ...ms, apart(computedMs), apart(answeredMs), around]
  })
  const counts = `planned ${computed.length}, arrived ${answered.length}, answered ${count}, failed ${failures}`
  const head = [
    'ms',
    'computed',
    'written by the target',
    'reported',
    'off the computed',
    'off the written',
    'computed 0.2 % lower and higher',
  ]
  return `${counts}\n\n${markdownTable(head, rows)}`
}

if (import.meta.main) console.log(await truthTables(findCompiler(), STALL_SECONDS))
