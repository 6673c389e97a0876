import type { Plan } from './plan.ts'

/** A stretch of the load in which a leg starts iterations: from `fromUs` to before `toUs`, µs from the start of the load. */
export type LegSpan = { readonly fromUs: number; readonly toUs: number }

/**
 * When a leg starts a shard's arrivals. At the seam T_k between two legs shard s changes at T_k + h(s), h spread evenly
 * over `plan.changeMs`; the first leg begins with the load and the last one ends with it.
 */
export function arrivalLegSpan(plan: Plan, leg: number, shard: number): LegSpan {
  return legSpan(plan, leg, shard)
}

/** When a leg starts a user's iterations: from T_k + h(user) to T_(k+1) + h(user). */
export function userLegSpan(plan: Plan, leg: number, user: number): LegSpan {
  return legSpan(plan, leg, user)
}

/** When nothing of a leg is under way any more, changes and drain included: ms from the start of the load. */
export function legEndMs(plan: Plan, leg: number): number {
  const found = plan.legs[leg]
  if (found === undefined) throw new RangeError(`there is no leg ${leg}`)
  return leg === plan.legs.length - 1 ? plan.loadMs + plan.drainMs : found.toMs + plan.changeMs + plan.legDrainMs
}

/** The k that a user's first iteration in a leg has: no two legs of a user share seeds. */
export function firstIterationOfLeg(leg: number): number {
  return leg * 0x100_0000
}

function legSpan(plan: Plan, leg: number, number: number): LegSpan {
  const found = plan.legs[leg]
  if (found === undefined) throw new RangeError(`there is no leg ${leg}`)
  const offsetUs = plan.changeMs * 1000 * evenFraction(number)
  return {
    fromUs: leg === 0 ? 0 : found.fromMs * 1000 + offsetUs,
    toUs: leg === plan.legs.length - 1 ? plan.loadMs * 1000 : found.toMs * 1000 + offsetUs,
  }
}

/** The golden ratio's multiples modulo 1 lie evenly however many of them there are (Weyl 1916). */
function evenFraction(number: number): number {
  const turns = number * 0.618_033_988_749_894_9
  return turns - Math.floor(turns)
}
