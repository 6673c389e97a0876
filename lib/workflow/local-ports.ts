import type { AllowList } from '../plan/allow-list.ts'
import type { LocalStore } from '../store/local-store.ts'
import type { Ports } from './ports.ts'
import { environmentSecrets } from './secrets.ts'
import { sleep } from './sleep.ts'

/** What runs of others than the user may reach on this machine, each absent where the user decides. */
export type LocalLimits = {
  readonly allow?: AllowList
  /** Environment variables that are secrets; all others are none. */
  readonly secretNames?: readonly string[]
}

/** The world of the workflow's functions on this machine. */
export function localPorts(
  { objects, runs }: Pick<LocalStore, 'objects' | 'runs'>,
  { allow, secretNames }: LocalLimits = {},
): Ports {
  return {
    objects,
    runs,
    epochMs: Date.now,
    sleep,
    secrets: names => environmentSecrets(names, secretNames),
    planning: { kind: 'local' },
    ...(allow !== undefined && { allow }),
  }
}
