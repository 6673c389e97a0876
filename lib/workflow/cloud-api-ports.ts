import { openCloudStore } from '../store/cloud-store.ts'
import { cloudDownloads } from './cloud-downloads.ts'
import { cloudEngine } from './cloud-engine.ts'
import { cloudRules } from './cloud-rules.ts'
import { cloudScheduler } from './cloud-scheduler.ts'
import { cloudUploads } from './cloud-uploads.ts'
import { type Deployment, needPart } from './deployment.ts'

/** What a deployed API works with, but for who asks. */
export function cloudApiPorts(deployment: Deployment) {
  const { bucket, scheduler } = deployment
  const { objects, runs, documents } = openCloudStore(deployment)
  return {
    objects,
    runs,
    documents,
    uploads: cloudUploads(bucket),
    downloads: cloudDownloads(bucket),
    ...(scheduler !== undefined && { scheduler: cloudScheduler(scheduler) }),
    engine: cloudEngine(needPart(deployment, 'stateMachineArn'), runs),
    rules: cloudRules(deployment),
    epochMs: Date.now,
    random: Math.random,
  }
}
