import type { WeighedFinding } from '../finding.ts'
import { formatMs, formatShare, plural } from '../format-figure.ts'
import { answersWith, errorsWhere, median, type RunFacts, topNames } from './run-facts.ts'

/** Answers with status 429: since when, how many, and at what rate the target still says yes. */
export function rateLimited(facts: RunFacts): readonly WeighedFinding[] {
  const { total, moments } = facts
  const count = answersWith(total, 429)
  const share = count / Math.max(1, total.count)
  if (count === 0 || (count < 5 && share < 0.005)) return []
  const errors = errorsWhere(total, kind => kind === 'status 429')
  const sinceMs = Number.isFinite(errors.firstMs) ? errors.firstMs : undefined
  const after = moments.filter(moment => moment.fromMs >= (sinceMs ?? 0)).map(moment => moment.successesPerSecond)
  return [
    {
      kind: 'rate limited',
      title: `Rate limited: ${formatShare(share)} of the answers are status 429`,
      confidence: 'high',
      evidence: [
        `${plural(count, 'answer')} with status 429${sinceMs === undefined ? '' : `, the first after ${formatMs(sinceMs)}`}`,
        `most in ${topNames(facts, figures => answersWith(figures, 429))}`,
        ...(after.length < 3 ? [] : [`since then about ${plural(median(after), 'success', 'successes')} a second`]),
      ],
      advice:
        'The limiter answered, not the service behind it. Raise or lift the limit for the test, or load below it; with all users on one address or account, a limit by caller sees a single one.',
      weight: share,
    },
  ]
}
