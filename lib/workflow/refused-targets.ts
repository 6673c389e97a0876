import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TargetRules } from '../plan/target-faults.ts'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Ports } from './ports.ts'

/** The addresses of a name, none where it cannot be resolved. */
export type Resolve = (name: string) => Promise<readonly string[]>

const resolveName: Resolve = async name => {
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}

/** A request to start a run does not wait for the system's half a minute. */
const patienceMs = 3000

/** As the system resolves it; a resolver that does not answer soon has no address either. */
export const resolveSoon: Resolve = async name => {
  const patience = new AbortController()
  const late = sleep(patienceMs, [], { signal: patience.signal })
  try {
    return await Promise.race([resolveName(name), late])
  } finally {
    patience.abort()
  }
}

/** The targets that are refused where a run is asked for, by the scenario's text, and by its names where they are looked up. */
export async function targetsRefusedNow(
  scenario: Scenario,
  rules: TargetRules & { readonly resolve?: Resolve },
): Promise<readonly Fault[]> {
  const { namesToResolve, targetFaults } = await import('../plan/target-faults.ts')
  const { resolve } = rules
  const names = resolve === undefined ? [] : namesToResolve(scenario, rules.allow)
  const resolved = await Promise.all(names.map(async name => [name, (await resolve?.(name)) ?? []] as const))
  return targetFaults(scenario, rules, new Map(resolved))
}

/**
 * The targets of a scenario that the deployment does not allow, by its text and by what its names resolve to where the
 * generators run. What is found here is refused before anything is sent; each connection is judged again.
 */
export async function refusedTargets(
  { allow, allowProxies = false }: Pick<Ports, 'allow' | 'allowProxies'>,
  scenario: Scenario,
  resolve: Resolve = resolveName,
): Promise<readonly Fault[]> {
  if (allow === undefined) return []
  const { namesToResolve, targetFaults } = await import('../plan/target-faults.ts')
  const names = namesToResolve(scenario, allow)
  const resolved = await Promise.all(names.map(async name => [name, await resolve(name)] as const))
  // A name without an address here and now may have one when it is connected to.
  const known = resolved.filter(([, addresses]) => addresses.length > 0)
  return targetFaults(scenario, { allow, allowProxies }, new Map(known))
}
