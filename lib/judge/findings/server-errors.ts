import type { WeighedFinding } from '../finding.ts'
import { formatMs, formatShare, plural } from '../format-figure.ts'
import { answersWith, errorsWhere, type Moment, type RunFacts, topNames } from './run-facts.ts'

/** Answers of 500 and above. If they come only under load, they look like something that runs out. */
export function serverErrors(facts: RunFacts): readonly WeighedFinding[] {
  const { total, moments } = facts
  const count = answersWith(total, 500, 599)
  const share = count / Math.max(1, total.count)
  if (count === 0 || (count < 5 && share < 0.005)) return []
  const statuses = [...total.statuses].filter(([status]) => status >= 500).toSorted((a, b) => b[1] - a[1])
  const text = statuses.map(([status, answers]) => `${answers} with status ${status}`).join(', ')
  const errors = errorsWhere(total, kind => /^status 5\d\d$/.test(kind))
  const common = [
    text,
    ...(Number.isFinite(errors.firstMs) ? [`the first after ${formatMs(errors.firstMs)}`] : []),
    `most in ${topNames(facts, figures => answersWith(figures, 500, 599))}`,
    ...(errors.kinds[0]?.sample ? [`first: ${errors.kinds[0].sample}`] : []),
  ]
  const under = onlyUnderLoad(moments)
  if (under !== undefined) {
    return [
      {
        kind: 'pool exhausted',
        title: `Server errors under load: ${formatShare(share)} of the requests, from about ${plural(under.users, 'user')} on`,
        confidence: 'high',
        evidence: [
          ...common,
          `${formatShare(under.low)} of requests fail with few users, ${formatShare(under.high)} with many`,
        ],
        advice:
          'Something runs out as users are added: compare the pool of database connections, the workers and the file descriptors of the target with the number of users, and read its log from that instant.',
        weight: share,
      },
    ]
  }
  return [
    {
      kind: 'server errors',
      title: `Server errors: ${formatShare(share)} of the requests`,
      confidence: share > 0.01 ? 'high' : 'medium',
      evidence: common,
      advice: 'They come at any load, so look at the target itself: its log at that instant names the cause.',
      weight: share,
    },
  ]
}

type UnderLoad = { readonly users: number; readonly low: number; readonly high: number }

/** Failures that are this much more frequent with nearly all users than with half of them come from the load. */
const TIMES_AS_OFTEN = 5
/** Failures to expect with few users, were they as frequent there: that fewer came is then no chance. */
const LEAST_EXPECTED = 3

function onlyUnderLoad(moments: readonly Moment[]): UnderLoad | undefined {
  const most = Math.max(...moments.map(moment => moment.users))
  const few = moments.filter(moment => moment.users > 0 && moment.users <= most / 2)
  const many = moments.filter(moment => moment.users >= 0.9 * most)
  if (few.length < 2 || many.length < 2) return undefined
  const low = failureShare(few)
  const high = failureShare(many)
  if (high < 0.01 || low > high / TIMES_AS_OFTEN || requestsIn(few) * high < LEAST_EXPECTED) return undefined
  const sorted = moments.toSorted((a, b) => a.users - b.users)
  return { users: sorted.find(moment => moment.failureShare >= high / 2)?.users ?? most, low, high }
}

function failureShare(moments: readonly Moment[]): number {
  const failures = moments.reduce((sum, moment) => sum + moment.requests * moment.failureShare, 0)
  const requests = requestsIn(moments)
  return requests === 0 ? 0 : failures / requests
}

function requestsIn(moments: readonly Moment[]): number {
  return moments.reduce((sum, moment) => sum + moment.requests, 0)
}
