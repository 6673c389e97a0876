/** One way of asking the target, the same for every tool. */
export type Case = {
  readonly name: string
  readonly tls: boolean
  readonly path: '/' | '/large' | '/item'
  readonly connections: number
  /** The flow of ten steps instead of one request over and over. */
  readonly flow: boolean
}

const get = { tls: false, path: '/', connections: 100, flow: false } as const

/** Requests a CPU-second: what the first table compares. */
export const plainCases: readonly Case[] = [
  ...[10, 100, 1000].map(connections => ({ ...get, connections, name: `13 bytes, ${connections} connections` })),
  { ...get, path: '/large', name: '10 KB, 100 connections' },
]

export const tlsCases: readonly Case[] = plainCases.map(each => ({ ...each, tls: true, name: `TLS, ${each.name}` }))

/** The flow beside the request that it is made of. */
export const flowCases: readonly Case[] = [
  { ...get, path: '/item', name: 'one request, 111 bytes of JSON' },
  { ...get, path: '/item', flow: true, name: 'ten steps: templates, a JSON extraction, two checks each' },
]

/** The least that says something, in about a minute. */
export const quickCases: readonly Case[] = [...plainCases, ...tlsCases]
  .filter(({ connections, path }) => connections === 100 && path === '/')
  .concat(flowCases)

export const flowSteps = 10
