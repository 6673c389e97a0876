import { describe, expect, it } from 'vitest'
import { monotonicClock } from '../../lib/generate/clock.ts'
import { runSteps } from '../../lib/generate/run-steps.ts'
import type { AllowList } from '../../lib/plan/allow-list.ts'
import type { HttpOptions } from '../../lib/scenario/scenario.ts'
import { openDispatchers } from '../../lib/workflow/open-dispatchers.ts'
import { flow, get, iterations, run, scenario, target, template } from './engine-fixture.ts'

const portOf = (url: string) => Number(new URL(url).port)
const only = (...urls: readonly string[]): AllowList => ({
  hosts: [],
  cidrs: ['127.0.0.1/32', '::1/128'],
  ports: urls.map(portOf),
})
const dispatchers: readonly ('fast' | 'undici')[] = ['fast', 'undici']

describe.each(dispatchers)('an allow-list in the engine, dispatcher %s', dispatcher => {
  const of = (url: string, steps: Parameters<typeof flow>[0]) => {
    const plain = scenario(url, [iterations(1, 1)], [flow(steps)])
    const http: HttpOptions = { ...plain.http, dispatcher }
    return { ...plain, http }
  }

  it('fails a request that is redirected to a forbidden target, which sees nothing', async () => {
    const inner = await target()
    const outer = await target((_, response) => response.writeHead(302, { location: `${inner.url}/admin` }).end())
    const wanted = of(outer.url, [get('/a')])
    const bound = await openDispatchers({ allow: only(outer.url) }, wanted, new Map())
    const outcome = await run(wanted, { ports: { dispatchers: bound } })
    expect([...(outcome.measurements.figures(0, 0)?.errors.byKind.keys() ?? [])]).toEqual(['address not allowed'])
    expect(outer.seen).toHaveLength(1)
    expect(inner.seen).toEqual([])
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:169.254.169.254]/',
    'http://2852039166/',
    'http://0/',
    'http://localhost:1/',
  ])('fails a template and a redirect that lead to %s', async url => {
    const outer = await target((_, response) => response.writeHead(307, { location: url }).end())
    const rendered = get('x', { name: 'rendered', url: template('{{ vars.url }}') })
    const wanted = { ...of(outer.url, [get('/a'), rendered]), vars: { url } }
    const bound = await openDispatchers({ allow: only(outer.url) }, wanted, new Map())
    const outcome = await run(wanted, { ports: { dispatchers: bound } })
    const kinds = [0, 1].map(name => [...(outcome.measurements.figures(0, name)?.errors.byKind.keys() ?? [])])
    expect(kinds).toEqual([['address not allowed'], ['address not allowed']])
  })

  it.each(['before', 'after'] as const)('ends %s: at a forbidden target', async which => {
    const server = await target()
    const wanted = { ...of(server.url, [get('/')]), [which]: [get('/login')] }
    const bound = await openDispatchers({ allow: only('http://127.0.0.1:9') }, wanted, new Map())
    const none = { files: new Map(), secrets: {}, before: {}, seed: 1 }
    const result = await runSteps(wanted, which, { ...none, clock: monotonicClock, dispatchers: bound })
    bound.close()
    expect(result).toMatchObject({ ok: false, failure: expect.stringContaining('address not allowed') })
    expect(server.seen).toEqual([])
  })
})

it('a proxy is refused where the deployment allows none', async () => {
  const plain = scenario('http://127.0.0.1:9', [iterations(1, 1)], [flow([get('/')])])
  const proxied = { ...plain, http: { ...plain.http, proxy: 'http://127.0.0.1:9' } }
  const allow = only('http://127.0.0.1:9')
  await expect(openDispatchers({ allow }, proxied, new Map())).rejects.toThrow('does not allow proxies')
  ;(await openDispatchers({ allow, allowProxies: true }, proxied, new Map())).close()
  ;(await openDispatchers({}, proxied, new Map())).close()
})
