/** The most that a run may cost, and whose limit that is. */
export type Budget = {
  readonly usd: number
  /** The scenario's `budget:`, the caller's `estimateUsdMax`, the deployment's ceiling. */
  readonly setBy: 'scenario' | 'caller' | 'deployment'
}

/** For sentences. */
export function budgetName({ setBy }: Budget): string {
  return setBy === 'deployment' ? "the deployment's ceiling" : `the ${setBy}'s budget`
}

/** The lowest of the limits that are given; undefined where there is none. */
export function lowestBudget(limits: { readonly [by in Budget['setBy']]?: number | undefined }): Budget | undefined {
  let lowest: Budget | undefined
  for (const setBy of ['scenario', 'caller', 'deployment'] as const) {
    const usd = limits[setBy]
    if (usd !== undefined && (lowest === undefined || usd < lowest.usd)) lowest = { usd, setBy }
  }
  return lowest
}
