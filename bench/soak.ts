/**
 * Whether a generator's memory grows: a modest load for minutes, memory every few seconds, and the slope of the line
 * through it. `node bench/soak.ts [MINUTES]`. The load has what keeps things: templates, cookies, a saved value, checks,
 * failures, arrivals, connections that are opened anew. What is held is measured after a collection, so that the line is
 * that of what lives on and not of garbage; the resident set is what the machine sees, and moves in steps. It is the
 * begin of a test of an hour, whose intervals for plots are kept to its end: 720 of 4 KB at most, 3 MB in the hour.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ScenarioInput } from '../lib/scenario/typed-scenario.ts'
import { startFastServer } from './fast-server.ts'
import { runLoad } from './run-load.ts'
import { slopeOf } from './slope.ts'
import { markdownTable } from './tables.ts'
import { findCompiler } from './truth-server.ts'

export type SoakOptions = {
  readonly compiler: string | undefined
  readonly seconds: number
  readonly ratePerSecond: number
}

type Reading = { readonly hours: number; readonly rssMB: number; readonly heldMB: number }

const everyMs = 5000
/** Code is compiled and pools are filled in this part of the time, which the line leaves out. */
const warmShare = 0.15

/** Memory at the begin and the end, and its growth an hour, as Markdown. */
export async function soakTable({ compiler, seconds, ratePerSecond }: SoakOptions): Promise<string> {
  const server = await startFastServer({ tls: false, compiler })
  const readings: Reading[] = []
  const collect = collector()
  const fromMs = performance.now()
  const read = () => {
    collect()
    const { rss, heapUsed, external } = process.memoryUsage()
    const hours = (performance.now() - fromMs) / 3_600_000
    readings.push({ hours, rssMB: rss / 1e6, heldMB: (heapUsed + external) / 1e6 })
  }
  const timer = setInterval(read, Math.min(everyMs, seconds * 50))
  try {
    const scenario: ScenarioInput = {
      target: server.origin,
      load: [{ rate: `${ratePerSecond}/s`, for: '60m', arrivals: 'poisson' }],
      steps: [
        { get: '/item/{{ iteration }}', name: 'GET /item', save: { stock: 'json $.stock' }, check: ['status is 200'] },
        { get: '/item/{{ stock }}?by={{ uuid() }}', name: 'GET /item again', check: ['json $.stock > 99'] },
        { get: '/large', name: 'GET /large' },
      ],
    }
    const { result } = await runLoad(scenario, { stopAfterMs: seconds * 1000 })
    const requests = result.measurements.intervals.list.reduce((sum, each) => sum + (each?.count ?? 0), 0)
    // A machine that is busy with something else keeps answers waiting: users are added, 8 KB each, and are kept.
    const most = `at most ${result.health.connectionsMax} connections`
    return `${seconds} s, ${requests} requests, ${readings.length} readings, ${most}.\n\n${table(readings)}`
  } finally {
    clearInterval(timer)
    server.stop()
  }
}

function table(readings: readonly Reading[]): string {
  const warm = readings.slice(Math.floor(readings.length * warmShare))
  const rows = (['heldMB', 'rssMB'] as const).map(field => {
    const slope = slopeOf(warm.map(each => [each.hours, each[field]]))
    const growth = slope === undefined ? '' : `${slope.slope.toFixed(1)} ± ${slope.halfWidth.toFixed(1)}`
    const ends = [warm[0], warm.at(-1)].map(each => each?.[field].toFixed(1) ?? '')
    return [field === 'heldMB' ? 'held after a collection' : 'resident set', ...ends, growth]
  })
  return markdownTable(['', 'MB once warm', 'MB at the end', 'growth, MB an hour (95 %)'], rows)
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

if (import.meta.main) {
  const [minutes = 10] = process.argv.slice(2).map(Number)
  console.log(await soakTable({ compiler: findCompiler(), seconds: minutes * 60, ratePerSecond: 200 }))
}
