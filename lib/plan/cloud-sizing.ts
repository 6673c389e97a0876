import type { Fault } from '../scenario/fault.ts'
import { type AnswerGuess, DEFAULT_ANSWERS, meanIterationMs, type PeakLoad, peakLoad } from './expected-load.ts'
import { loadPhase } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** What one generator can bear. */
export type GeneratorCapacity = {
  /** Connections at once: descriptors, less what a process holds besides. */
  readonly connections: number
  readonly requestsPerSecond: number
  readonly responseBytesPerSecond: number
  /** Connections to one address that are used once: each holds its local port for a minute after it is closed. */
  readonly newConnectionsPerSecond: number
}

/**
 * A Lambda of 1,769 MB (one vCPU): about 950 of its 1,024 descriptors; 5,000 starts a second, the rate at which pacing
 * is measured on one core (bench/RESULTS.md); about 60 MB/s of network; 28,232 local ports in 60 s.
 */
export const LAMBDA_CAPACITY: GeneratorCapacity = {
  connections: 950,
  requestsPerSecond: 5_000,
  responseBytesPerSecond: 60_000_000,
  newConnectionsPerSecond: 470,
}

/** Lambdas that run beside the generators: plan, watch, merge, aggregate, announce, api, and some retries of theirs. */
export const OTHER_LAMBDAS = 20

/** Answers this many times as slow as guessed still find a free user, where the scenario does not say `maxUsers`. */
const SLOWER = 10

export type SizingLimits = {
  readonly answers?: AnswerGuess
  readonly capacity?: GeneratorCapacity
  /** Concurrent executions that the account allows; absent: not known, and nothing is refused for it. */
  readonly concurrency?: number
  /** Most generators that the deployment allows a run. */
  readonly mostGenerators?: number
  /** So many, and no others; the sizing then only says whether they do. */
  readonly asked?: number
}

export type Sizing =
  | {
      readonly ok: true
      readonly generators: number
      /** Why so many, the constraint that asks for the most first. */
      readonly reasons: readonly string[]
    }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/** One thing that asks for generators, and how many at least. */
export type Need = { readonly generators: number; readonly reason: string }

/** The fewest generators that carry a plan, and why; or why none do, with the number that would be needed. */
export function sizeGenerators(planFor: (shardCount: number) => Plan, limits: SizingLimits = {}): Sizing {
  const { capacity = LAMBDA_CAPACITY, asked } = limits
  const plan = planFor(asked ?? 1)
  const pooled = pooledFaults(plan, capacity)
  if (pooled.length > 0) return { ok: false, faults: pooled }
  const needs = generatorNeeds(plan, limits)
  const [binding] = needs
  const needed = binding?.generators ?? 1
  const generators = asked ?? needed
  const faults = [
    ...(binding !== undefined && generators < needed
      ? [
          {
            message: `${count(generators, 'generator')} cannot carry the load: ${binding.reason}`,
            expected: `at least ${count(needed, 'generator')}`,
            fix: `--generators ${needed}, or none given`,
          },
        ]
      : []),
    ...limitFaults(planFor(generators), generators, binding, limits),
  ]
  if (faults.length > 0) return { ok: false, faults }
  const said = needs.filter((need, place) => place === 0 || need.generators > 1).map(({ reason }) => reason)
  return {
    ok: true,
    generators,
    reasons: asked === undefined ? said : [`${count(asked, 'generator')} asked for`, ...said],
  }
}

/** What each of the constraints asks for, the greatest first. None of them depends on how many generators there are. */
export function generatorNeeds(plan: Plan, limits: SizingLimits = {}): readonly Need[] {
  const { answers = DEFAULT_ANSWERS, capacity = LAMBDA_CAPACITY } = limits
  const peak = peakLoad(plan, answers)
  const guess = `if the target answers in ${answers.answerMs} ms`
  const per = (figure: number, most: number) => Math.max(1, Math.ceil(figure / most))
  const rate = per(peak.requestsPerSecond, capacity.requestsPerSecond)
  const bytes = per(peak.responseBytesPerSecond, capacity.responseBytesPerSecond)
  const opened = per(peak.newConnectionsPerSecond, capacity.newConnectionsPerSecond)
  return [
    connectionNeed(plan, answers, capacity),
    {
      generators: rate,
      reason: `${count(rate, 'generator')} for ${aSecond(peak.requestsPerSecond, 'requests')} ${guess}: one sends about ${number(capacity.requestsPerSecond)}`,
    },
    {
      generators: bytes,
      reason: `${count(bytes, 'generator')} for ${megabytes(peak.responseBytesPerSecond)} of answers, ${number(answers.responseBytes)} bytes each, ${guess}: a Lambda takes in about ${megabytes(capacity.responseBytesPerSecond)}`,
    },
    ...openedNeed(peak, opened, capacity),
  ].toSorted((a, b) => b.generators - a.generators)
}

function openedNeed(peak: PeakLoad, generators: number, capacity: GeneratorCapacity): readonly Need[] {
  if (peak.newConnectionsPerSecond === 0) return []
  return [
    {
      generators,
      reason: `${count(generators, 'generator')} for ${aSecond(peak.newConnectionsPerSecond, 'new connections')}: the local ports of one are enough for ${number(capacity.newConnectionsPerSecond)} to one address`,
    },
  ]
}

/** A pool has so many connections a generator whatever the users are. */
function connectionNeed(plan: Plan, answers: AnswerGuess, capacity: GeneratorCapacity): Need {
  const users = plan.scenario.http.connections === 'per-user' ? usersTogether(plan, answers) : []
  let generators = Math.max(1, ...users.map(each => Math.ceil(sum(each) / capacity.connections)))
  // Every track deals out its users by itself, so that a generator may have one more of each.
  while (users.some(each => busiest(each, generators) > capacity.connections)) generators++
  const most = Math.max(0, ...users.map(sum))
  return {
    generators,
    reason: `${count(generators, 'generator')} for ${count(most, 'user')} at once: a Lambda holds about ${number(capacity.connections)} connections`,
  }
}

function busiest(users: readonly number[], generators: number): number {
  return sum(users.map(each => Math.ceil(each / generators)))
}

/** The users of each track that there may be together, at each instant where their number can rise. */
function usersTogether(plan: Plan, answers: AnswerGuess): readonly (readonly number[])[] {
  const loads = plan.phases.filter(phase => phase.kind !== 'pause' && phase.kind !== 'drain')
  return loads.map(({ startMs }) =>
    loads
      .filter(each => each.startMs <= startMs && startMs < each.startMs + each.durationMs)
      .map(each => usersOf(plan, each, answers)),
  )
}

/** Written users, or by Little's law those of an open phase whose target answers ten times as slowly as guessed. */
function usersOf(plan: Plan, phase: PlannedPhase, answers: AnswerGuess): number {
  const load = loadPhase(plan, phase)
  if (load.kind !== 'open' || load.maxUsers !== undefined) return phase.maxUsers
  const slow = { ...answers, answerMs: answers.answerMs * SLOWER }
  const atPeak = (Math.max(load.fromPerSecond, load.toPerSecond) * meanIterationMs(plan, phase, slow)) / 1000
  return Math.max(1, Math.min(Math.ceil(atPeak), phase.arrivals ?? Number.POSITIVE_INFINITY))
}

function pooledFaults(plan: Plan, capacity: GeneratorCapacity): readonly Fault[] {
  const { connections } = plan.scenario.http
  if (connections === 'per-user' || connections.pooled <= capacity.connections) return []
  return [
    {
      path: 'http.connections',
      message: `each generator would pool ${number(connections.pooled)} connections, and a Lambda holds about ${number(capacity.connections)}`,
      expected: `at most pooled ${capacity.connections}`,
      fix: `connections: pooled ${capacity.connections}`,
    },
  ]
}

/** Lambdas that run at once: at a seam two legs do (decision 14). */
export function lambdasAtOnce(plan: Plan, generators: number): number {
  return (plan.legs.length > 1 ? 2 : 1) * generators + OTHER_LAMBDAS
}

function limitFaults(
  plan: Plan,
  generators: number,
  binding: Need | undefined,
  { concurrency, mostGenerators }: SizingLimits,
): readonly Fault[] {
  const why = binding === undefined ? '' : ` (${binding.reason})`
  const faults: Fault[] = []
  if (mostGenerators !== undefined && generators > mostGenerators) {
    faults.push({
      path: 'load',
      message: `the load needs ${count(generators, 'generator')}${why}, and this deployment allows ${number(mostGenerators)}`,
      expected: `at most ${count(mostGenerators, 'generator')}`,
      fix: `a smaller load, or generators: ${generators} under ceilings in squall.config.ts (then squall deploy)`,
    })
  }
  const lambdas = lambdasAtOnce(plan, generators)
  if (concurrency !== undefined && lambdas > concurrency) {
    const together = plan.legs.length > 1 ? `2 x ${generators} at a seam of two legs` : `${generators}`
    faults.push({
      path: 'load',
      message: `the load needs ${number(lambdas)} Lambdas at once (${together}, and ${OTHER_LAMBDAS} more)${why}, and the account allows ${number(concurrency)}`,
      expected: `a concurrency of at least ${number(lambdas)}`,
      fix: `a smaller load, or ask AWS for ${lambdas} concurrent executions (Service Quotas, AWS Lambda)`,
    })
  }
  return faults
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`
}

function number(value: number): string {
  return Math.ceil(value).toLocaleString('en-US')
}

function aSecond(value: number, what: string): string {
  return `${number(value)} ${what} a second`
}

function megabytes(bytes: number): string {
  return `${number(bytes / 1e6)} MB/s`
}
