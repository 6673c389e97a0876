import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { quoteCloudRun } from '../plan/cloud-quote.ts'
import { DEFAULT_ASSUMPTIONS } from '../plan/run-usage.ts'
import type { AdmissionRules } from './admit-run.ts'
import { type Deployment, needPart } from './deployment.ts'

/** What a deployment lets runs do: its targets, its ceilings, and the functions that the account may run at once. */
export function cloudRules(deployment: Deployment): AdmissionRules {
  const { allow, allowProxies, region, network, retentionDays, legTimes } = deployment
  const ceilings = needPart(deployment, 'ceilings')
  const accountConcurrency = askConcurrency()
  return {
    allow,
    allowProxies,
    concurrentRuns: ceilings.concurrentRuns,
    async quote({ asked, ...run }) {
      const concurrency = await accountConcurrency()
      return quoteCloudRun(
        { ...run, runId: 'check', scenarioHash: '', ...(legTimes !== undefined && { legTimes }) },
        {
          region,
          ceilings,
          assumptions: { ...DEFAULT_ASSUMPTIONS, network, retentionDays },
          ...(concurrency !== undefined && { concurrency }),
          ...(asked !== undefined && { asked }),
        },
      )
    },
  }
}

/** A setting that changes by a support case: asked once while the function is warm. */
function askConcurrency(): () => Promise<number | undefined> {
  const client = new LambdaClient({ maxAttempts: 2 })
  let known: Promise<number | undefined> | undefined
  return () => {
    known ??= client
      .send(new GetAccountSettingsCommand())
      .then(({ AccountLimit }) => AccountLimit?.ConcurrentExecutions)
      .catch(() => {
        // The run is sized without it; the next one asks again.
        known = undefined
        return undefined
      })
    return known
  }
}
