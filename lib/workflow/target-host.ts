import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** What is known of a name before the load: that it has an address, that it has none, or nothing. */
export type HostLookup = (name: string) => Promise<'found' | 'unknown' | 'unanswered'>

/** A resolver that does not answer must not hold up a run for the system's half a minute. */
const patienceMs = 3000

/** Asks the system's resolver once, as the generators will. */
export const systemLookup: HostLookup = async name => {
  const asked = lookup(name).then(
    () => 'found' as const,
    (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === 'ENOTFOUND'
        ? ('unknown' as const)
        : ('unanswered' as const),
  )
  const patience = new AbortController()
  try {
    return await Promise.race([asked, sleep(patienceMs, 'unanswered' as const, { signal: patience.signal })])
  } finally {
    patience.abort()
  }
}

/**
 * A name that does not exist would fail every request: a fault. Where the resolver gives no answer it may recover, so
 * that is a warning only. Behind a proxy the name is the proxy's to resolve.
 */
export async function targetHost(
  { target, http }: Scenario,
  lookUp: HostLookup,
): Promise<{ readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }> {
  const nothing = { faults: [], warnings: [] }
  if (http.proxy !== undefined || !URL.canParse(target)) return nothing
  const name = new URL(target).hostname
  if (name.startsWith('[') || isIP(name) !== 0) return nothing
  const known = await lookUp(name)
  if (known === 'found') return nothing
  const path = 'target'
  return known === 'unknown'
    ? {
        ...nothing,
        faults: [{ path, message: `the host "${name}" cannot be found`, expected: 'a host name that DNS knows here' }],
      }
    : {
        ...nothing,
        warnings: [{ path, message: `the host "${name}" could not be looked up yet: the resolver gave no answer` }],
      }
}
