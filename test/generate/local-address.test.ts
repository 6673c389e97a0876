import { describe, expect, it } from 'vitest'
import { sizingFaults } from '../../lib/plan/sizing.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { localAddressFaults } from '../../lib/workflow/local-addresses.ts'
import { localResources } from '../../lib/workflow/machine.ts'
import { closed as closedPhase, plan, track } from '../plan/fixture.ts'
import { closed, flow, get, run, scenario, target, totals } from './engine-fixture.ts'

/** All of 127.0.0.0/8 are addresses of a Linux machine; elsewhere there is one. */
const addresses = process.platform === 'linux' ? ['127.0.0.1', '127.0.0.2', '127.0.0.3'] : ['127.0.0.1']
const withAddresses = (url: string, localAddresses: readonly string[]) => {
  const base = scenario(url, [closed(6, 200)], [flow([get('/')])])
  return { ...base, http: { ...base.http, localAddresses } }
}

describe('connections come from', () => {
  it('each of the local addresses in turn', async () => {
    const seen = new Map<string, Set<number>>()
    const server = await target((_, response, { socket }) => {
      const ports = seen.get(socket.remoteAddress ?? '') ?? new Set<number>()
      seen.set(socket.remoteAddress ?? '', ports.add(socket.remotePort ?? 0))
      setTimeout(() => response.end('ok'), 5)
    })
    const outcome = await run(withAddresses(server.url, addresses))
    expect([...seen.keys()].sort()).toEqual(addresses)
    for (const ports of seen.values()) expect(ports.size).toBe(6 / addresses.length)
    expect(totals(outcome, 'GET /').failures).toBe(0)
  })

  it("an address that is not the machine's never, and it is refused before the load", async () => {
    const server = await target()
    const wanted = withAddresses(server.url, ['127.0.0.1', '192.0.2.1'])
    expect(await localAddressFaults(wanted)).toEqual([
      {
        path: 'http.localAddress',
        message: 'no connection can come from 192.0.2.1: it is no address of this machine (EADDRNOTAVAIL)',
        expected: expect.stringContaining('127.0.0.1'),
      },
    ])
    const { measurements } = await run(withAddresses(server.url, ['192.0.2.1']))
    expect(server.seen).toHaveLength(0)
    expect(measurements.figures(0, 0)?.generatorFaults).toBeGreaterThan(0)
  })
})

describe('local ports', () => {
  it('are as many again for each address', () => {
    const one = localResources(1)
    const three = localResources(1, 3)
    expect(three.ports).toBe(one.ports === undefined ? undefined : 3 * one.ports)
    expect(three.descriptors).toBe(one.descriptors)
  })

  it('that do not suffice are refused with the number of users and of addresses that would', () => {
    const made = plan({ tracks: [track([closedPhase(1200, 1200, 0, 1000)], { main: 1 })] })
    const [fault] = sizingFaults(made, { ports: 500, generatorsAProcess: 1 })
    expect(fault).toMatchObject({ expected: 'at most 500 users at once' })
    expect(fault?.fix).toContain('3 addresses under http.localAddress')
    expect(sizingFaults(made, { ports: 1500, generatorsAProcess: 1 })).toEqual([])
  })
})

describe('http.localAddress is read', () => {
  const read = (localAddress: unknown) =>
    readScenario(
      { object: { target: 'http://127.0.0.1:1', http: { localAddress }, steps: [{ get: '/' }] } },
      { readFile: () => ({ fault: 'missing' }), env: {}, version: 'test' },
    )

  it.each([
    ['127.0.0.1', ['127.0.0.1']],
    [
      ['10.0.0.1', '10.0.0.2', '10.0.0.1'],
      ['10.0.0.1', '10.0.0.2'],
    ],
    [
      ['::1', '2001:db8::7'],
      ['::1', '2001:db8::7'],
    ],
  ])('%j', (written, localAddresses) => {
    expect(read(written)).toMatchObject({ ok: true, value: { scenario: { http: { localAddresses } } } })
  })

  it.each([
    ['localhost'],
    ['127.0.0.256'],
    ['127.0.0.01'],
    ['1.2.3'],
    [[]],
    [['127.0.0.1', 'eth0']],
    [[['127.0.0.1']]],
    [7],
  ])('and %j is refused', written => {
    const reading = read(written)
    expect(reading.ok).toBe(false)
    if (!reading.ok) expect(reading.faults[0]?.expected).toContain('an IP address, or a list of them')
  })
})
