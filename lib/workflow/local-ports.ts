import type { AllowList } from '../plan/allow-list.ts'
import type { LocalStore } from '../store/local-store.ts'
import type { Ports } from './ports.ts'
import { environmentSecrets } from './secrets.ts'
import { sleep } from './sleep.ts'

/** The world of the workflow's functions on this machine; without an allow-list the user decides. */
export function localPorts({ objects, runs }: Pick<LocalStore, 'objects' | 'runs'>, allow?: AllowList): Ports {
  return {
    objects,
    runs,
    epochMs: Date.now,
    sleep,
    secrets: environmentSecrets,
    planning: { kind: 'local' },
    ...(allow !== undefined && { allow }),
  }
}
