import { CLOUD_LEG_TIMES } from '../plan/plan-legs.ts'
import { openCloudStore } from '../store/cloud-store.ts'
import type { Deployment } from './deployment.ts'
import type { Ports } from './ports.ts'
import type { Secrets } from './secrets.ts'
import { sleep } from './sleep.ts'

/** The world of the workflow's functions in AWS. Those that send requests are given the way to their secrets. */
export function cloudPorts(deployment: Deployment, secrets: Ports['secrets'] = noSecrets): Ports {
  const { objects, runs } = openCloudStore(deployment)
  const { region, network, retentionDays, allow, allowProxies, legTimes = CLOUD_LEG_TIMES, ceilings } = deployment
  return {
    objects,
    runs,
    epochMs: Date.now,
    sleep,
    secrets,
    planning: {
      kind: 'cloud',
      legTimes,
      pricing: { region, network, retentionDays },
      ...(ceilings !== undefined && { ceilings }),
    },
    allow,
    allowProxies,
  }
}

async function noSecrets(names: readonly string[]): Promise<Secrets> {
  if (names.length > 0) throw new Error('this function has no way to secrets')
  return {}
}
