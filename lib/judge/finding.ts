/** A diagnosis drawn from the summary, with what it rests on and what to do about it. */
export type Finding = {
  readonly kind: string
  readonly title: string
  readonly confidence: 'high' | 'medium' | 'low'
  readonly evidence: readonly string[]
  readonly advice: string
}
