import type { Forbidden } from '../plan/allow-list.ts'
import type { Endpoint } from './endpoint.ts'
import { KnownFailure } from './error-kind.ts'

/** The failure of a connection that is forbidden. */
export function forbiddenFailure(
  forbidden: Forbidden | undefined,
  address: string,
  { hostname, port }: Endpoint,
): KnownFailure | undefined {
  const reason = forbidden?.(address, port, hostname)
  if (reason === undefined) return undefined
  const place = hostname === address ? address : `${hostname} is ${address}`
  return new KnownFailure('address not allowed', `${place}, port ${port}: ${reason}`)
}
