import { bindSecrets } from '../generate/bound-secrets.ts'
import { type DispatcherFactory, httpDispatchers, prepareDispatchers } from '../generate/http-dispatchers.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Ports } from './ports.ts'
import { boundSecrets, type Secrets } from './secrets.ts'

/**
 * The dispatchers of a scenario, bound to what the deployment allows and each secret to its hosts: every request of the
 * load, of `before:` and of `after:` goes through them. Throws where the scenario has a proxy and the deployment does not allow any.
 */
export async function openDispatchers(
  { allow, allowProxies = false }: Pick<Ports, 'allow' | 'allowProxies'>,
  { http, target }: Scenario,
  files: ReadonlyMap<string, Uint8Array>,
  secrets: Secrets = {},
): Promise<DispatcherFactory> {
  await prepareDispatchers(http)
  const bound = await boundSecrets(secrets)
  if (allow === undefined) return bindSecrets(httpDispatchers(http, target, { files }), bound)
  if (http.proxy !== undefined && !allowProxies) throw new Error('http.proxy: this deployment does not allow proxies')
  const { forbiddenAddress } = await import('../plan/allow-list.ts')
  return bindSecrets(httpDispatchers(http, target, { files, forbidden: forbiddenAddress(allow) }), bound)
}
