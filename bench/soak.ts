/**
 * Whether a generator's memory grows: a modest load for minutes, memory every few seconds, and the slope of the line
 * through it. `node bench/soak.ts [MINUTES [RATE]]`: what a request leaves behind shows ten times as fast at ten times the
 * rate. The load has what keeps things: templates, a saved value, checks, Poisson arrivals. What is held is measured after
 * a collection, so that the line is that of what lives on and not of garbage.
 *
 * Four things grow that have a bound; three are told apart. Intervals for the plots are kept to the end: 720 at most, of a
 * size that is measured here (interval-bytes.ts). Users are kept with their connections up to `maxUsers`, 8 KB each: all of
 * them are made at the begin, by iterations that wait. Code is what V8 makes of the program; its lists of code are among
 * the objects. Pages of histograms are left in the objects: 4 KB when a length is measured that lies in none yet, at most
 * 23 a histogram. The difference of two heap snapshots 113 s apart, at 400 iterations a second, was 169 KB:
 * 98 KB of code, 15 KB of V8's lists, 11 intervals, 8 pages, and no object of a request, a user, a timer or a connection.
 */
import type { ScenarioInput } from '../lib/scenario/typed-scenario.ts'
import { startFastServer } from './fast-server.ts'
import { heldMemory } from './held-memory.ts'
import { intervalBytes } from './interval-bytes.ts'
import { runLoad } from './run-load.ts'
import { slopeOf } from './slope.ts'
import { markdownTable } from './tables.ts'
import { findCompiler } from './truth-server.ts'

export type SoakOptions = {
  readonly compiler: string | undefined
  readonly seconds: number
  readonly ratePerSecond: number
}

type Reading = {
  readonly hours: number
  readonly objects: number
  readonly code: number
  readonly rss: number
}

const everyMs = 5000
/** Code is compiled, pools and histograms are filled in this part of the time, which the line leaves out. */
const warmShare = 1 / 3
const maxUsers = 32

/** Memory once warm and at the end, and its growth an hour, as Markdown. */
export async function soakTable({ compiler, seconds, ratePerSecond }: SoakOptions): Promise<string> {
  const server = await startFastServer({ tls: false, compiler })
  const scenario = soakScenario(server.origin, ratePerSecond)
  const bytesEach = intervalBytes(3)
  const readings: Reading[] = []
  const fromMs = performance.now()
  const read = () => {
    const { objects, code } = heldMemory()
    const hours = (performance.now() - fromMs) / 3_600_000
    readings.push({ hours, objects, code, rss: process.memoryUsage.rss() })
  }
  const timer = setInterval(read, Math.min(everyMs, seconds * 50))
  try {
    const { plan, result } = await runLoad(scenario, { stopAfterMs: seconds * 1000 })
    const requests = result.measurements.intervals.list.reduce((sum, each) => sum + (each?.count ?? 0), 0)
    const most = `at most ${result.health.connectionsMax} connections`
    const each = `an interval of ${plan.intervalMs / 1000} s takes ${Math.round(bytesEach)} bytes, and there are 720 at most`
    return [
      `${seconds} s, ${requests} requests, ${readings.length} readings, ${most}; ${each}.`,
      table(readings, (bytesEach * 3_600_000) / plan.intervalMs),
    ].join('\n\n')
  } finally {
    clearInterval(timer)
    server.stop()
  }
}

function soakScenario(target: string, ratePerSecond: number): ScenarioInput {
  return {
    target,
    load: [{ rate: `${ratePerSecond}/s`, for: '60m', arrivals: 'poisson', maxUsers }],
    steps: [
      { get: '/item/{{ iteration }}', name: 'GET /item', save: { stock: 'json $.stock' }, check: ['status is 200'] },
      { get: '/item/{{ stock }}?by={{ uuid() }}', name: 'GET /item again', check: ['json $.stock > 99'] },
      { get: '/large', name: 'GET /large' },
      { think: '500ms', when: `iteration < ${2 * maxUsers}` },
    ],
  }
}

/** `intervalsAnHour`: bytes of intervals that are begun in an hour. */
function table(readings: readonly Reading[], intervalsAnHour: number): string {
  const warm = readings.slice(Math.floor(readings.length * warmShare))
  const rows: readonly (readonly [name: string, bytes: (reading: Reading) => number])[] = [
    ['objects after a collection', each => each.objects],
    ['objects without the intervals', each => each.objects - each.hours * intervalsAnHour],
    ['code and bytecode', each => each.code],
    ['resident set', each => each.rss],
  ]
  return markdownTable(
    ['', 'MB once warm', 'MB at the end', 'growth, MB an hour (95 %)'],
    rows.map(([name, bytes]) => {
      const slope = slopeOf(warm.map(each => [each.hours, bytes(each) / 1e6]))
      const growth = slope === undefined ? '' : `${slope.slope.toFixed(2)} ± ${slope.halfWidth.toFixed(2)}`
      return [name, ...[warm[0], warm.at(-1)].map(each => (each && (bytes(each) / 1e6).toFixed(3)) ?? ''), growth]
    }),
  )
}

if (import.meta.main) {
  const [minutes = 10, ratePerSecond = 200] = process.argv.slice(2).map(Number)
  console.log(await soakTable({ compiler: findCompiler(), seconds: minutes * 60, ratePerSecond }))
}
