import { expect, it } from 'vitest'
import { budgetStop, causeOfStop, thresholdStop } from '../../lib/workflow/stop-reason.ts'

it.each([
  ['seen enough (alice)', { cause: 'user' }],
  ['the execution ended as ABORTED', { cause: 'user' }],
  [thresholdStop('p95 < 1s or abort'), { cause: 'threshold', threshold: 'p95 < 1s or abort' }],
  [
    budgetStop({ budget: { usd: 2, setBy: 'deployment' }, soFarUsd: 1.991, stoppedUsd: 2.0049 }),
    {
      cause: 'budget',
      cost: "about 1.99 USD so far, 2.00 USD once all has ended; the deployment's ceiling is 2.00 USD",
    },
  ],
])('the reason "%s" means %o', (reason, cause) => {
  expect(causeOfStop(reason)).toEqual(cause)
})
