/** A diagnosis drawn from the summary, with what it rests on and what to do about it. */
export type Finding = {
  readonly kind: string
  readonly title: string
  readonly confidence: 'high' | 'medium' | 'low'
  readonly evidence: readonly string[]
  readonly advice: string
}

/**
 * A finding with its place among the others: 0 to 1, about the share of the requests that it explains. What makes the
 * numbers themselves doubtful weighs 2.
 */
export type WeighedFinding = Finding & { readonly weight: number }
