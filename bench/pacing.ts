/**
 * How exactly iterations arrive: the kernel stamps each request when it takes it in for the target (on loopback that is
 * within the generator's `send`), the request's number tells its instant in the schedule, and what lies between is the pacing
 * error. Beside it stands the same until the target has been woken and has read the request, in which the machine has its part.
 * `node bench/pacing.ts [SECONDS] [ROUNDS] [RATE]...`. Rounds are interleaved, and the best of each is shown beside the
 * worst: what else the machine does makes a round worse and never better. How much that is, a program in C tells, which
 * sends the same requests to the same target in between: once spinning, and once in bunches as `frugal` does.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PACINGS } from '../lib/generate/pacing.ts'
import type { Pacing } from '../lib/scenario/scenario.ts'
import { chooseCores } from './machine.ts'
import { runLoad } from './run-load.ts'
import { markdownTable } from './tables.ts'
import { arrivalsMs } from './truth.ts'
import { buildProgram, findCompiler, type Stamp, startTruthServer, type TruthServer } from './truth-server.ts'

export type PacingOptions = {
  readonly compiler: string | undefined
  readonly seconds: number
  readonly rounds: number
  readonly rates: readonly number[]
  /** Connections are opened and code is compiled meanwhile, which takes some 3 s; that by default. */
  readonly warmSeconds?: number
}

const inC = ['C, spinning', 'C, gathering'] as const
type Case = {
  readonly pacing: Pacing | (typeof inC)[number]
  readonly rate: number
  readonly arrivals: 'even' | 'poisson'
}
/** Of when the kernel took the requests in, or where it stamps nothing, and `readP99Us` always, of when they were read. */
type Outcome = {
  readonly planned: number
  readonly arrived: number
  readonly unstamped: number
  readonly earliestUs: number
  readonly p50Us: number
  readonly p99Us: number
  readonly maxUs: number
  readonly readP99Us: number
  readonly cores: number
}

/** The command of the program in C, with what pins it to a core. */
type Program = readonly string[]

/** A load that has been: the instants that were planned, ms from its start. */
type Done = { readonly plannedMs: readonly number[]; readonly startUs: number; readonly cores: number }

/** So many seconds are passed first, and so many are measured. */
type Extent = { readonly warmSeconds: number; readonly seconds: number }

async function bySquall(
  target: string,
  { rate, arrivals }: Case,
  pacing: Pacing,
  { warmSeconds, seconds }: Extent,
): Promise<Done> {
  const { plan, startUs, cores } = await runLoad(
    {
      target,
      pacing,
      load: [{ rate: `${rate}/s`, for: `${warmSeconds + seconds}s`, arrivals }],
      steps: [{ get: '/t/{{ iteration }}', name: 'GET /t' }],
    },
    { warmMs: warmSeconds * 1000 },
  )
  return { plannedMs: arrivalsMs(plan), startUs, cores }
}

async function byProgram(server: TruthServer, program: Program, { rate, pacing }: Case, extent: Extent): Promise<Done> {
  const seconds = extent.warmSeconds + extent.seconds
  const requests = Math.round(rate * seconds)
  const gather = pacing === 'C, gathering' ? [PACINGS.frugal.gatherUs] : []
  const load = [new URL(server.origin).port, rate, requests, ...gather].map(String)
  const [command = '', ...words] = [...program, ...load]
  const limit = { timeout: (seconds + 10) * 1000, killSignal: 'SIGKILL' } as const
  const { stdout } = await promisify(execFile)(command, words, limit)
  const [startNs = '', cpuSeconds = ''] = stdout.trim().split(' ')
  const plannedMs = Array.from({ length: requests }, (_, number) => (number * 1000) / rate)
  return { plannedMs, startUs: server.atUs(startNs), cores: Number(cpuSeconds) / seconds }
}

async function measure(server: TruthServer, program: Program, each: Case, extent: Extent): Promise<Outcome> {
  await server.reset()
  const { plannedMs, startUs, cores } =
    each.pacing === 'C, spinning' || each.pacing === 'C, gathering'
      ? await byProgram(server, program, each, extent)
      : await bySquall(server.origin, each, each.pacing, extent)
  const stamps = await server.stamps()
  const warmed = stamps.filter(({ number }) => number >= extent.warmSeconds * each.rate)
  const errors = (instantUs: (stamp: Stamp) => number): readonly number[] =>
    warmed
      .map(stamp => instantUs(stamp) - startUs - (plannedMs[stamp.number] ?? Number.NaN) * 1000)
      .filter(error => !Number.isNaN(error))
      .toSorted((a, b) => a - b)
  // A target in Node has only its own stamps.
  const own = warmed.every(({ reachedUs }) => reachedUs === undefined)
  const reached = errors(({ reachedUs = Number.NaN, atUs }) => (own ? atUs : reachedUs))
  return {
    planned: plannedMs.length,
    arrived: stamps.length,
    unstamped: warmed.length - reached.length,
    earliestUs: reached[0] ?? Number.NaN,
    p50Us: quantile(reached, 0.5),
    p99Us: quantile(reached, 0.99),
    maxUs: quantile(reached, 1),
    readP99Us: quantile(
      errors(({ atUs }) => atUs),
      0.99,
    ),
    cores,
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** Pacing methods by rate and arrivals, as Markdown. */
export async function pacingTable({
  compiler,
  warmSeconds = 3,
  seconds,
  rounds,
  rates,
}: PacingOptions): Promise<string> {
  const cases = rates.flatMap((rate): readonly Case[] => [
    ...(compiler === undefined ? [] : inC.map(pacing => ({ pacing, rate, arrivals: 'even' }) as const)),
    ...(['even', 'poisson'] as const).flatMap(arrivals =>
      (['precise', 'default', 'frugal'] as const).map(pacing => ({ pacing, rate, arrivals })),
    ),
  ])
  const outcomes = new Map<Case, Outcome[]>(cases.map(each => [each, []]))
  const { target, tool } = chooseCores()
  const folder = mkdtempSync(join(tmpdir(), 'squall-pacing-'))
  let server: TruthServer | undefined
  try {
    const program = compiler === undefined ? [] : [...tool, buildProgram(compiler, 'clients/pacer.c', folder)]
    server = await startTruthServer(['at-once'], compiler, target)
    for (let round = 0; round < rounds; round++) {
      for (const [each, list] of outcomes) list.push(await measure(server, program, each, { warmSeconds, seconds }))
    }
  } finally {
    server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const rows = [...outcomes].map(([each, runs]) => row(each, runs))
  const figures = ['earliest ms', 'p50 ms', 'p99 ms', 'max ms', 'worst p99 ms', 'read p99 ms', 'cores']
  return markdownTable(['arrivals', 'pacing', 'arrived / planned', ...figures], rows)
}

/** The same of a process that is pinned, where that can be done, to another core than the target. */
export async function pacingOnACore({ seconds, rounds, rates }: Omit<PacingOptions, 'compiler'>): Promise<string> {
  const program = [process.execPath, fileURLToPath(import.meta.url), seconds, rounds, ...rates]
  const [command = process.execPath, ...words] = [...chooseCores().tool, ...program].map(String)
  const { stdout } = await promisify(execFile)(command, words)
  return stdout.trimEnd()
}

function row({ pacing, rate, arrivals }: Case, runs: readonly Outcome[]): readonly string[] {
  const best = runs.reduce((a, b) => (b.p99Us < a.p99Us ? b : a))
  const worstUs = Math.max(...runs.map(run => run.p99Us))
  const sum = (of: (run: Outcome) => number) => runs.reduce((total, run) => total + of(run), 0)
  const earliestUs = Math.min(...runs.map(run => run.earliestUs))
  const us = [earliestUs, best.p50Us, best.p99Us, best.maxUs, worstUs, best.readP99Us]
  const unstamped = sum(run => run.unstamped)
  const counts = `${sum(run => run.arrived)} / ${sum(run => run.planned)}${unstamped > 0 ? `, ${unstamped} unstamped` : ''}`
  return [`${rate}/s ${arrivals}`, pacing, counts, ...us.map(each => (each / 1000).toFixed(3)), best.cores.toFixed(2)]
}

if (import.meta.main) {
  const [seconds = 4, rounds = 3, ...rates] = process.argv.slice(2).map(Number)
  console.log(
    await pacingTable({ compiler: findCompiler(), seconds, rounds, rates: rates.length > 0 ? rates : [1000, 5000] }),
  )
}
