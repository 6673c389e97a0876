import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Fault } from '../scenario/fault.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Refuses `http.localAddress` where connections cannot come from there: every request would fail for it. */
export async function localAddressFaults({ http }: Pick<Scenario, 'http'>): Promise<readonly Fault[]> {
  const addresses = http.localAddresses ?? []
  const codes = await Promise.all(addresses.map(bindingError))
  return addresses.flatMap((address, place) => {
    const code = codes[place]
    if (code === undefined) return []
    return [
      {
        path: 'http.localAddress',
        message: `no connection can come from ${address}: it is no address of this machine (${code})`,
        expected: ownAddresses(),
      },
    ]
  })
}

/** Whoever may listen on an address may connect from it. */
function bindingError(address: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const server = createServer()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  server.listen({ host: address, port: 0, exclusive: true }, () => server.close(() => resolve(undefined)))
  return promise
}

function ownAddresses(): string {
  const own = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  const loopback = process.platform === 'linux' ? ', or any of 127.0.0.0/8' : ''
  return `one of ${own.map(each => each.address).join(', ')}${loopback}`
}
