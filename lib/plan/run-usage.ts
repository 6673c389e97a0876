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
  retentionDays: 30,
  followEveryMs: 2_000,
  memoryMb: FUNCTION_MEMORY_MB,
}

/** From a function's start to its first action, and from its last action to its end. */
const START_MS = 1_000
/** Storing one shard result; the plan leaves 20 s for it. */
const UPLOAD_MS = 1_000
/** One read or write of an object among many, as the functions make several at once. */
const OBJECT_MS = 5
const ANNOUNCE_MS = 500
const API_CALL_MS = 100
/** Calls that start a run and fetch its report. */
const API_CALLS = 10
/** The record's changes: stored, running, done, with its two indexes, and the verdict's transaction. */
const RECORD_WRITE_UNITS = 40
const RECORD_READ_UNITS = 10
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

/** What a plan will use if all goes as assumed: every drain as long as it may be, and nothing done twice. */
export function plannedUsage(plan: Plan, assumptions: CostAssumptions): RunUsage {
  const { memoryMb, answers } = assumptions
  const { shardCount: shards, legs, snapshotEveryMs, controlEveryMs, beatEveryMs } = plan
  const sets = plan.scenario.data.length
  const durationMs = runMs(plan)
  const turns = Math.max(1, Math.ceil(durationMs / plan.watchTurnMs))
  const leggedMs = legs.map(({ number }) => generatorMs(plan, number) + UPLOAD_MS)
  const generatedMs = shards * leggedMs.reduce((sum, ms) => sum + ms, 0)
  const follows = Math.ceil(durationMs / assumptions.followEveryMs)
  const apiCalls = API_CALLS + follows
  const calls: { readonly [name in FunctionName]: readonly [invocations: number, billedMs: number] } = {
    plan: [1, START_MS + OBJECT_MS * legs.length * shards * sets],
    generate: [shards * legs.length, generatedMs],
    watch: [turns, durationMs + turns * START_MS],
    merge: [legs.length, legs.length * (START_MS + OBJECT_MS * shards)],
    aggregate: [1, 3 * START_MS + OBJECT_MS * 100 * legs.length],
    announce: [1, ANNOUNCE_MS],
    api: [apiCalls, apiCalls * API_CALL_MS],
  }
  const usage = (name: FunctionName): FunctionUsage => {
    const [invocations, billedMs] = calls[name]
    return { invocations, billedMs, memoryMb: memoryMb[name] }
  }
  const invocations = Object.values(calls).reduce((sum, [count]) => sum + count, 0)
  const snapshots = Math.floor(generatedMs / snapshotEveryMs)
  const requests = expectedRequests(plan, answers)
  return {
    functions: {
      plan: usage('plan'),
      generate: usage('generate'),
      watch: usage('watch'),
      merge: usage('merge'),
      aggregate: usage('aggregate'),
      announce: usage('announce'),
      api: usage('api'),
    },
    stateTransitions: stateTransitions({ legs: legs.length, shards, turns }),
    objectWrites:
      RUN_WRITES +
      legs.length * (shards * (GENERATOR_WRITES + sets) + 1) +
      snapshots +
      Math.ceil(durationMs / snapshotEveryMs),
    // Watch reads each snapshot once for each time that it is written, and looks at who has ended.
    objectReads:
      legs.length * shards * (GENERATOR_READS + sets + 1) +
      snapshots +
      3 * Math.ceil(durationMs / snapshotEveryMs) +
      2 * legs.length +
      apiCalls,
    objectGbMonths: (storedBytes(plan) / GB) * (assumptions.retentionDays / 30),
    tableWriteUnits: RECORD_WRITE_UNITS + Math.ceil(durationMs / beatEveryMs),
    tableReadUnits: RECORD_READ_UNITS + Math.ceil(generatedMs / controlEveryMs) + apiCalls,
    apiCalls,
    ...transfer(plan, requests, assumptions),
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
  requests: number,
  { answers, network }: CostAssumptions,
): Pick<RunUsage, 'transferOutGb' | 'natGb'> {
  if (network === 'private' || isLocalTarget(plan.scenario.target)) return { transferOutGb: 0, natGb: 0 }
  const outGb = (requests * answers.requestBytes) / GB
  const inGb = (requests * answers.responseBytes) / GB
  return { transferOutGb: outGb, natGb: network === 'nat' ? outGb + inGb : 0 }
}
