/**
 * How exactly iterations arrive: the target stamps each request, whose number tells its instant in the schedule, and what
 * lies between is the pacing error, loopback and the target's wake-up included.
 * `node bench/pacing.ts [SECONDS] [ROUNDS]`. Rounds are interleaved, and the best of each is shown beside the worst.
 */
import { loadavg } from 'node:os'
import { arrivalCursor } from '../lib/plan/arrivals.ts'
import type { Plan } from '../lib/plan/plan.ts'
import type { Pacing } from '../lib/scenario/scenario.ts'
import { runLoad } from './run-load.ts'
import { findCompiler, type Stamp, startTruthServer, type TruthServer } from './truth-server.ts'

const [seconds = 4, rounds = 3] = process.argv.slice(2).map(Number)
/** Connections are opened and code is compiled meanwhile. */
const warmSeconds = 1

type Case = { readonly pacing: Pacing; readonly rate: number; readonly arrivals: 'even' | 'poisson' }
type Outcome = {
  readonly planned: number
  readonly arrived: number
  readonly earliestUs: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly cores: number
}

async function measure(server: TruthServer, { pacing, rate, arrivals }: Case): Promise<Outcome> {
  await server.reset()
  const { plan, startUs, cores } = await runLoad({
    target: server.origin,
    pacing,
    load: [{ rate: `${rate}/s`, for: `${warmSeconds + seconds}s`, arrivals }],
    steps: [{ get: '/t/{{ iteration }}', name: 'GET /t' }],
  })
  const all = errorsUs(plan, startUs, await server.stamps())
  const errors = all.slice(warmSeconds * rate).toSorted((a, b) => a - b)
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))] ?? Number.NaN
  return {
    planned: plan.phases[0]?.arrivals ?? 0,
    arrived: all.length,
    earliestUs: at(0),
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    cores,
  }
}

/** Arrival at the server less the planned instant, by number. */
function errorsUs(plan: Plan, startUs: number, stamps: readonly Stamp[]): readonly number[] {
  const [phase] = plan.phases
  if (phase === undefined) return []
  const planned: number[] = []
  for (const cursor = arrivalCursor(plan, phase, 0); cursor.index >= 0; cursor.advance()) planned.push(cursor.atUs)
  return stamps
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, atUs }) => atUs - startUs - (planned[number] ?? Number.NaN))
}

const cases: readonly Case[] = [1000, 5000].flatMap(rate =>
  (['even', 'poisson'] as const).flatMap(arrivals =>
    (['precise', 'default', 'frugal'] as const).map(pacing => ({ pacing, rate, arrivals })),
  ),
)
const outcomes = new Map<Case, Outcome[]>(cases.map(each => [each, []]))
const load = () => loadavg()[0]?.toFixed(1)
const server = await startTruthServer(['at-once'], findCompiler())
console.log(`target: ${server.built}; ${rounds} rounds of ${seconds} s; load of the machine ${load()} before`)
for (let round = 0; round < rounds; round++) {
  for (const each of cases) outcomes.get(each)?.push(await measure(server, each))
}
server.stop()
const ms = (us: number) => (us / 1000).toFixed(3)
console.table(
  cases.map(({ pacing, rate, arrivals }, place) => {
    const runs = [...outcomes.values()][place] ?? []
    const best = runs.reduce((a, b) => (b.p99 < a.p99 ? b : a))
    const worst = runs.reduce((a, b) => (b.p99 > a.p99 ? b : a))
    return {
      rate: `${rate}/s ${arrivals}`,
      pacing,
      'arrived / planned': runs.map(run => `${run.arrived}/${run.planned}`).join(' '),
      'earliest ms': ms(Math.min(...runs.map(run => run.earliestUs))),
      'p50 ms': ms(best.p50),
      'p99 ms': ms(best.p99),
      'max ms': ms(best.max),
      'worst p99 ms': ms(worst.p99),
      cores: best.cores.toFixed(2),
    }
  }),
)
console.log(`load of the machine ${load()} after`)
