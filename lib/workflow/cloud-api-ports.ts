import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { openCloudStore } from '../store/cloud-store.ts'
import { cloudEngine } from './cloud-engine.ts'
import { cloudScheduler } from './cloud-scheduler.ts'
import { cloudUploads } from './cloud-uploads.ts'
import { type Deployment, needPart } from './deployment.ts'

/** What a deployed API works with, but for who asks. */
export function cloudApiPorts(deployment: Deployment) {
  const { bucket, allow, allowProxies, region, network, retentionDays, legTimes, scheduler } = deployment
  const { objects, runs, documents } = openCloudStore(deployment)
  return {
    objects,
    runs,
    documents,
    uploads: cloudUploads(bucket),
    ...(scheduler !== undefined && { scheduler: cloudScheduler(scheduler) }),
    engine: cloudEngine(needPart(deployment, 'stateMachineArn'), runs),
    rules: {
      allow,
      allowProxies,
      ceilings: needPart(deployment, 'ceilings'),
      region,
      network,
      retentionDays,
      ...(legTimes !== undefined && { legTimes }),
      concurrency: accountConcurrency(),
    },
    epochMs: Date.now,
    random: Math.random,
  }
}

/** A setting that changes by a support case: asked once while the function is warm. */
function accountConcurrency(): () => Promise<number | undefined> {
  const client = new LambdaClient({ maxAttempts: 2 })
  let known: Promise<number | undefined> | undefined
  return () => {
    known ??= client
      .send(new GetAccountSettingsCommand())
      .then(({ AccountLimit }) => AccountLimit?.ConcurrentExecutions)
      .catch(() => undefined)
    return known
  }
}
