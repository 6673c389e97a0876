/** Standard workflows count the way into the first state and out of the last one, too. */
const START_AND_END = 2
/** Plan, Load, Legs, Watched, Aggregate, Announce. */
const ONCE = 6
/** AwaitLeg, Shards, Merge, LegMerged. */
const EACH_LEG = 4
/** Watch, StillRunning. */
const EACH_TURN = 2
/** Generate, ShardSent: an execution of its own, as a Distributed Map runs its items. */
const EACH_SHARD = 2 + START_AND_END

/**
 * State transitions of a run that goes well, as Step Functions bills them: each state that is entered, the children of
 * the Distributed Map included. A retry is one more. test/plan/state-transitions.test.ts walks statemachines/run.asl.json.
 */
export function stateTransitions(run: {
  readonly legs: number
  readonly shards: number
  readonly turns: number
}): number {
  const { legs, shards, turns } = run
  return START_AND_END + ONCE + EACH_TURN * turns + legs * (EACH_LEG + shards * EACH_SHARD)
}
