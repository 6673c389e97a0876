import type { DispatcherFactory } from '../generate/http-dispatchers.ts'
import { httpDispatchers, prepareDispatchers } from '../generate/http-dispatchers.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Ports } from './ports.ts'

/**
 * The dispatchers of a scenario, bound to what the deployment allows: every connection of the load, of `before:` and of
 * `after:` is opened by them. Throws where the scenario has a proxy and the deployment does not allow any.
 */
export async function openDispatchers(
  { allow, allowProxies = false }: Pick<Ports, 'allow' | 'allowProxies'>,
  { http, target }: Scenario,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<DispatcherFactory> {
  await prepareDispatchers(http)
  if (allow === undefined) return httpDispatchers(http, target, { files })
  if (http.proxy !== undefined && !allowProxies) throw new Error('http.proxy: this deployment does not allow proxies')
  const { forbiddenAddress } = await import('../plan/allow-list.ts')
  return httpDispatchers(http, target, { files, forbidden: forbiddenAddress(allow) })
}
