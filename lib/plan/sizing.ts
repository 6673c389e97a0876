import type { Fault } from '../scenario/fault.ts'
import { loadPhase } from './phase-lookup.ts'
import type { Plan, PlannedPhase } from './plan.ts'

/** Descriptors a process holds besides its connections: files, pipes, the event loop's own, the store. */
const OWN_DESCRIPTORS = 64
/** Threads of one process share its descriptors, each with a few of its own. */
const DESCRIPTORS_A_GENERATOR = 8

/** What the generators' machine has. Absent figures are not known and refuse nothing. */
export type Available = {
  /** Descriptors a process may open: 1,024 in a Lambda. */
  readonly descriptors?: number
  /** Local ports for connections to one address and port of the target, over all addresses that they come from. */
  readonly ports?: number
  /** Generators that share one process and its ports: all of them locally, one in the cloud. */
  readonly generatorsAProcess: number
}

/** Most users at once over all tracks, as the plan allows them: the connections that the run may need. */
export function peakUsers(plan: Plan): number {
  const loads = plan.phases.filter(phase => phase.kind !== 'pause' && phase.kind !== 'drain')
  // The number can only rise where a phase starts.
  return loads.reduce((peak, { startMs }) => {
    const together = loads.filter(each => each.startMs <= startMs && startMs < each.startMs + each.durationMs)
    return Math.max(
      peak,
      together.reduce((sum, each) => sum + each.maxUsers, 0),
    )
  }, 0)
}

/** Connections that one process may open at once. A pool's are so many a generator whatever the users are. */
export function connectionsAProcess(plan: Plan, available: Available): number {
  const generators = Math.min(available.generatorsAProcess, plan.shardCount)
  const { connections } = plan.scenario.http
  if (connections !== 'per-user') return connections.pooled * generators
  return Math.ceil((peakUsers(plan) * generators) / plan.shardCount)
}

/** Connections that fit into one process; Infinity where nothing is known. */
export function connectionsThatFit(available: Available): number {
  const { descriptors, ports, generatorsAProcess } = available
  const own = OWN_DESCRIPTORS + DESCRIPTORS_A_GENERATOR * generatorsAProcess
  return Math.max(
    0,
    Math.min(
      descriptors === undefined ? Number.POSITIVE_INFINITY : descriptors - own,
      ports ?? Number.POSITIVE_INFINITY,
    ),
  )
}

/** Refuses a plan that needs more descriptors or local ports than there are, with the number that would fit. */
export function sizingFaults(plan: Plan, available: Available): readonly Fault[] {
  const needed = connectionsAProcess(plan, available)
  const fit = connectionsThatFit(available)
  if (needed <= fit) return []
  const scarce = available.ports !== undefined && fit === available.ports ? 'local ports' : 'open files (descriptors)'
  const users = Math.floor((fit * plan.shardCount) / Math.min(available.generatorsAProcess, plan.shardCount))
  return [
    {
      message: `the plan may need ${needed} connections at once, and this machine has ${scarce} for ${fit}`,
      expected: `at most ${users} user${users === 1 ? '' : 's'} at once`,
      fix:
        scarce === 'local ports'
          ? `maxUsers: ${users}, fewer users, connections: pooled N under http, or ${sourceAddresses(plan, needed, fit)} addresses under http.localAddress`
          : `maxUsers: ${users}, fewer users, or a higher limit (ulimit -n ${needed + OWN_DESCRIPTORS + DESCRIPTORS_A_GENERATOR * available.generatorsAProcess})`,
    },
  ]
}

/** How many addresses have ports enough, each as many as those that there are. */
function sourceAddresses(plan: Plan, needed: number, ports: number): number {
  const addresses = plan.scenario.http.localAddresses?.length ?? 1
  return Math.ceil((needed * addresses) / Math.max(1, ports))
}

/** Highest sum of the tracks' open rates, iterations a second. Linear rates peak where a phase starts or ends. */
export function peakRate(plan: Plan): number {
  const open = plan.phases.filter(phase => phase.kind === 'open' && phase.durationMs > 0)
  const instants = open.flatMap(phase => [phase.startMs, phase.startMs + phase.durationMs])
  const rateOf = (track: number, atMs: number) =>
    open.reduce((rate, phase) => (phase.track === track ? Math.max(rate, rateWithin(plan, phase, atMs)) : rate), 0)
  return instants.reduce(
    (peak, atMs) =>
      Math.max(
        peak,
        plan.scenario.tracks.reduce((sum, _, track) => sum + rateOf(track, atMs), 0),
      ),
    0,
  )
}

/** An open phase's rate at an instant, both of its ends included; 0 outside. */
function rateWithin(plan: Plan, phase: PlannedPhase, atMs: number): number {
  const load = loadPhase(plan, phase)
  const place = (atMs - phase.startMs) / phase.durationMs
  if (load.kind !== 'open' || place < 0 || place > 1) return 0
  return load.fromPerSecond + (load.toPerSecond - load.fromPerSecond) * place
}
