/**
 * What is reported beside what follows from the schedule: a target that stalls, and one that is overloaded.
 * `node bench/truth.ts`: about two minutes. Reported values are meant to be within 2 %; where a percentile lies on a step
 * of the distribution (p90 of the stall: a tenth of the requests is slow), the values around it say what 0.2 % of the
 * requests make of it.
 */
import { loadavg } from 'node:os'
import { mergedFigures } from '../lib/measure/merged-figures.ts'
import { arrivalCursor } from '../lib/plan/arrivals.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { runLoad } from './run-load.ts'
import { percentile, queuedResponsesMs, stalledResponsesMs } from './truth-model.ts'
import { findCompiler, startTruthServer } from './truth-server.ts'

type Case = {
  readonly name: string
  readonly words: readonly (string | number)[]
  readonly rate: number
  readonly seconds: number
  /** `firstMs`: when the first arrival came, which is when the target's own clock starts. */
  readonly truth: (arrivalsMs: readonly number[], firstMs: number) => readonly number[]
}

const stalls = { delayMs: 20, stallMs: 1000, periodMs: 10_000, firstMs: 5000 }
const queue = { workers: 10, serviceMs: 100 }
const cases: readonly Case[] = [
  {
    name: 'stall: 200/s for 60 s, 20 ms, one second in every ten',
    words: ['stall', stalls.delayMs, stalls.stallMs, stalls.periodMs, stalls.firstMs],
    rate: 200,
    seconds: 60,
    truth: (arrivals, firstMs) => stalledResponsesMs(arrivals, { ...stalls, firstMs: stalls.firstMs + firstMs }),
  },
  {
    name: 'overload: 150/s for 20 s, capacity 100/s',
    words: ['queue', queue.workers, queue.serviceMs],
    rate: 150,
    seconds: 20,
    truth: arrivals => queuedResponsesMs(arrivals, queue),
  },
]

function arrivalsMs(plan: Plan): readonly number[] {
  const [phase] = plan.phases
  if (phase === undefined) return []
  const all: number[] = []
  for (const cursor = arrivalCursor(plan, phase, 0); cursor.index >= 0; cursor.advance()) all.push(cursor.atUs / 1000)
  return all
}

for (const { name, words, rate, seconds, truth } of cases) {
  const server = await startTruthServer(words, findCompiler())
  const load = loadavg()[0]?.toFixed(1)
  const { plan, result, startUs } = await runLoad({
    target: server.origin,
    load: [{ rate: `${rate}/s`, for: `${seconds}s` }],
    steps: [{ get: '/t/{{ iteration }}', name: 'GET /t' }],
  })
  const stamps = await server.stamps()
  server.stop()
  const places = plan.phases.map(phase => phase.index)
  const { response, count, failures } = mergedFigures(result.measurements, places)
  const truthMs = truth(arrivalsMs(plan), ((stamps[0]?.atUs ?? startUs) - startUs) / 1000)
  console.log(`${name}; target: ${server.built}; load of the machine ${load}`)
  console.log(`planned ${truthMs.length}, arrived ${stamps.length}, answered ${count}, failed ${failures}`)
  console.table(
    [50, 90, 99, 100].map(p => {
      const reported = (p === 100 ? response.maxUs : response.percentile(p)) / 1000
      const computed = percentile(truthMs, p)
      const around = [p - 0.2, Math.min(100, p + 0.2)].map(each => percentile(truthMs, each).toFixed(1))
      const apart = `${(((reported - computed) / computed) * 100).toFixed(2)} %`
      return {
        percentile: p === 100 ? 'max' : `p${p}`,
        'computed ms': computed.toFixed(1),
        'reported ms': reported.toFixed(1),
        apart,
        'computed, 0.2 % lower and higher': around.join(' to '),
      }
    }),
  )
}
