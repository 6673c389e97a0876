import { type AnswerGuess, DEFAULT_ANSWERS, expectedRequests } from './expected-load.ts'
import { FUNCTION_MEMORY_MB, type FunctionName } from './function-memory.ts'
import { generatorMs, runMs } from './generator-time.ts'
import { isLocalTarget } from './local-target.ts'
import type { Plan } from './plan.ts'
import { stateTransitions } from './state-transitions.ts'

export type FunctionUsage = {
  readonly invocations: number
  /** Sum over all of them. */
  readonly billedMs: number
  readonly memoryMb: number
}

/** What a run uses of AWS, by the units that are billed: foreseen from a plan, or counted after a run. */
export type RunUsage = {
  readonly functions: { readonly [name in FunctionName]: FunctionUsage }
  readonly stateTransitions: number
  readonly objectWrites: number
  readonly objectReads: number
  readonly objectGbMonths: number
  readonly tableWriteUnits: number
  readonly tableReadUnits: number
  readonly apiCalls: number
  readonly transferOutGb: number
  readonly natGb: number
  readonly logGb: number
}

/** How the generators reach the target: through the internet, through a NAT gateway of a VPC, or inside of the network. */
export type NetworkPath = 'internet' | 'nat' | 'private'

/** What an estimate takes for granted. Each is said in the estimate's `assumptions`. */
export type CostAssumptions = {
  readonly answers: AnswerGuess
  readonly network: NetworkPath
  /** How long the run's artifacts are kept. */
  readonly retentionDays: number
  /** How often the one who follows the run asks for its live figures. */
  readonly followEveryMs: number
  readonly memoryMb: { readonly [name in FunctionName]: number }
}

export const DEFAULT_ASSUMPTIONS: CostAssumptions = {
  answers: DEFAULT_ANSWERS,
  network: 'internet',
  retentionDays: 90,
  followEveryMs: 2_000,
  memoryMb: FUNCTION_MEMORY_MB,
}

/** From a function's invocation to its first action. */
export const START_MS = 1_000
/** Storing one shard result; the plan leaves 20 s for it. */
export const UPLOAD_MS = 1_000
/** One read or write of an object among many, as the functions make several at once. */
const OBJECT_MS = 5
const ANNOUNCE_MS = 500
const API_CALL_MS = 100
/** Calls that start a run and fetch its report. */
const API_CALLS = 10
/** The record's changes: stored, running, done, with its two indexes, and the verdict's transaction. */
const RECORD_WRITE_UNITS = 40
const RECORD_READ_UNITS = 10
/** Keys that one listing gives; each listing is billed as a write. */
const LISTED_KEYS = 1_000
/** A record, a claim and a plan are read by each generator, and what the request holds beside it. */
const GENERATOR_READS = 3
/** Claim and result. */
const GENERATOR_WRITES = 2
/** Request, plan, and the two reports. */
const RUN_WRITES = 4
/** START, END and REPORT, and what Squall itself logs. */
const LOG_BYTES_A_CALL = 2_000
/** A shard result without intervals, for one request name; and what an interval and a name in it add. */
const NAME_BYTES = 4_000
const INTERVAL_BYTES = 300
const INTERVAL_NAME_BYTES = 20
const GB = 1e9

/** What a run's usage follows from, beside its plan: foreseen, or counted after it. */
export type UsageFigures = {
  /** Of all generators together, from their invocation to their end. */
  readonly generatedMs: number
  /** From the plan to the end of the last leg: as long as the watcher ran. */
  readonly watchedMs: number
  readonly snapshots: number
  readonly controlReads: number
  /** Of the target's requests and answers, over the network. */
  readonly bytesOut: number
  readonly bytesIn: number
}

/** What a plan will use if all goes as assumed: every drain as long as it may be, and nothing done twice. */
export function plannedUsage(plan: Plan, assumptions: CostAssumptions): RunUsage {
  const { answers } = assumptions
  const ofEachShard = plan.legs.reduce((sum, { number }) => sum + generatorMs(plan, number) + UPLOAD_MS, 0)
  const generatedMs = plan.shardCount * ofEachShard
  const requests = expectedRequests(plan, answers)
  const figures = {
    generatedMs,
    watchedMs: runMs(plan),
    snapshots: Math.floor(generatedMs / plan.snapshotEveryMs),
    controlReads: Math.ceil(generatedMs / plan.controlEveryMs),
    bytesOut: requests * answers.requestBytes,
    bytesIn: requests * answers.responseBytes,
  }
  return usageOf(plan, figures, assumptions)
}

/** The units that are billed for a run of such figures. */
export function usageOf(plan: Plan, figures: UsageFigures, assumptions: CostAssumptions): RunUsage {
  const { shardCount: shards, legs } = plan
  const { generatedMs, watchedMs, snapshots, controlReads } = figures
  const sets = plan.scenario.data.length
  const turns = Math.max(1, Math.ceil(watchedMs / plan.watchTurnMs))
  const polls = Math.ceil(watchedMs / plan.snapshotEveryMs)
  const listings = polls * Math.ceil((shards * (GENERATOR_WRITES + sets)) / LISTED_KEYS)
  const apiCalls = API_CALLS + Math.ceil(watchedMs / assumptions.followEveryMs)
  const usage = (name: FunctionName, invocations: number, billedMs: number): FunctionUsage => ({
    invocations,
    billedMs,
    memoryMb: assumptions.memoryMb[name],
  })
  const functions = {
    plan: usage('plan', 1, START_MS + OBJECT_MS * legs.length * shards * sets),
    generate: usage('generate', shards * legs.length, generatedMs),
    watch: usage('watch', turns, watchedMs + turns * START_MS),
    merge: usage('merge', legs.length, legs.length * (START_MS + OBJECT_MS * shards)),
    aggregate: usage('aggregate', 1, 3 * START_MS + OBJECT_MS * 100 * legs.length),
    announce: usage('announce', 1, ANNOUNCE_MS),
    api: usage('api', apiCalls, apiCalls * API_CALL_MS),
  }
  const invocations = Object.values(functions).reduce((sum, each) => sum + each.invocations, 0)
  return {
    functions,
    stateTransitions: stateTransitions({ legs: legs.length, shards, turns }),
    objectWrites: RUN_WRITES + legs.length * (shards * (GENERATOR_WRITES + sets) + 1) + snapshots + polls + listings,
    // Watch reads each snapshot about once for each time that it is written, and asks the listing who has ended.
    objectReads: legs.length * shards * (GENERATOR_READS + sets + 1) + snapshots + 2 * legs.length + apiCalls,
    objectGbMonths: (storedBytes(plan) / GB) * (assumptions.retentionDays / 30),
    tableWriteUnits: RECORD_WRITE_UNITS + Math.ceil(watchedMs / plan.beatEveryMs),
    tableReadUnits: RECORD_READ_UNITS + controlReads + polls + apiCalls,
    apiCalls,
    ...transfer(plan, figures, assumptions.network),
    logGb: (invocations * LOG_BYTES_A_CALL) / GB,
  }
}

/** Shard results, and for each leg and for the whole a summary of the same size. */
function storedBytes(plan: Plan): number {
  const names = Math.max(1, plan.requestNames.length)
  const bytesOf = (ms: number) =>
    names * NAME_BYTES + Math.ceil(ms / plan.intervalMs) * (INTERVAL_BYTES + names * INTERVAL_NAME_BYTES)
  const legBytes = plan.legs.reduce((sum, { fromMs, toMs }) => sum + bytesOf(toMs - fromMs), 0)
  return legBytes * (plan.shardCount + 1) + bytesOf(plan.loadMs)
}

/** Requests go out; answers come in free, but for a NAT gateway, which bills both ways. */
function transfer(
  plan: Plan,
  { bytesOut, bytesIn }: UsageFigures,
  network: NetworkPath,
): Pick<RunUsage, 'transferOutGb' | 'natGb'> {
  if (network === 'private' || isLocalTarget(plan.scenario.target)) return { transferOutGb: 0, natGb: 0 }
  return { transferOutGb: bytesOut / GB, natGb: network === 'nat' ? (bytesOut + bytesIn) / GB : 0 }
}
