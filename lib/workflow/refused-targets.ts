import { lookup } from 'node:dns/promises'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Ports } from './ports.ts'

/** The addresses of a name, none where it cannot be resolved. */
export type Resolve = (name: string) => Promise<readonly string[]>

const resolveName: Resolve = async name => {
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
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
  return targetFaults(scenario, { allow, allowProxies }, new Map(resolved))
}
