import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { bundleFunction, ENTRY } from '../../lib/infra/bundle-function.ts'
import { Random } from '../../lib/plan/random.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import type { Step } from '../../lib/scenario/step.ts'
import { flow, get, request, scenario, target, template, when } from '../generate/engine-fixture.ts'
import * as sources from './bundled-parts.ts'

type Parts = typeof sources
let bundled: Parts
const folder = mkdtempSync(join(tmpdir(), 'squall-bundled-'))

beforeAll(async () => {
  await bundleFunction(fileURLToPath(new URL('./bundled-parts.ts', import.meta.url)), folder)
  bundled = (await import(/* @vite-ignore */ pathToFileURL(join(folder, `${ENTRY}.mjs`)).href)) as Parts
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** What fails where the steps are run once, one line a failure. */
async function failures(parts: Parts, url: string, steps: readonly Step[], more: Partial<Scenario> = {}) {
  const wanted = scenario(url, [], [flow(steps)], more)
  await parts.prepareDispatchers(wanted.http)
  const dispatchers = parts.httpDispatchers(wanted.http, wanted.target)
  const found: string[] = []
  const tracer = { failure: ({ message }: { readonly message: string }) => found.push(message) }
  const ports = { clock: parts.monotonicClock, files: new Map(), rows: new Map(), secrets: {}, seed: 1 }
  await parts.tryFlows(wanted, { ...ports, dispatchers, tracer })
  dispatchers.close()
  return found
}

describe('what is left out of a bundle and packed in it is missed by nobody', () => {
  const page = `<html><h1 title="caf&eacute;">10 &euro;</h1></html>`
  const document = `<?xml version="1.0"?><a xmlns="urn:x"><b c="1">x &amp; y</b><b c="2">z</b></a>`
  const items = { items: [{ id: 1, tag: 'ä' }, { id: 22 }] }
  const steps = [
    get('/json', {
      check: ['json $.items[?@.id > 20].id is 22', 'regex /\\p{Lu}(\\w+)/ is "rder"', 'regex /(?i)ITEMS/ exists'],
      save: { id: 'json $..id' },
    }),
    get('/page', { check: ['css h1[title="café"] is "10 €"', 'css h1 @title is "café"'] }),
    get('/document', { check: ['xml //b[@c="1"] is "x & y"', 'xml count(//b) is 2', 'xml //undefined is "x"'] }),
    get('/cookies', { check: ['cookie own is "1"'] }),
    when('[1, 2].exists(n, n * 2 == 4) && id + 1 == 2', [get('/then')], [get('/else')]),
    request('POST', '/post', { body: { kind: 'text', template: template('{{ fake.email() }}') } }),
  ]
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/json': ['application/json', JSON.stringify({ ...items, text: 'Order' })],
    '/page': ['text/html', page],
    '/document': ['application/xml', document],
  }

  test('by expressions, checks, saves and templates', async () => {
    const server = await target(({ url }, response) => {
      const [type, body] = answers[url] ?? ['text/plain', 'ok']
      response.setHeader('set-cookie', 'own=1')
      response.setHeader('content-type', type).end(body)
    })
    const expected = await failures(sources, server.url, steps)
    const asked = server.seen.splice(0).map(({ method, url, body }) => `${method} ${url} ${body}`)
    expect(await failures(bundled, server.url, steps)).toEqual(expected)
    expect(server.seen.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual(asked)
    // The check of an element whose text is an entity that XML does not know.
    expect(expected).toEqual(['found nothing'])
    expect(asked.at(-2)).toBe('GET /then ')
    expect(asked.at(-1)).toMatch(/^POST \/post \S+@\S+$/)
  })

  test('by cookies, which nobody may set for a whole public suffix', async () => {
    for (const { loadCookies, UserCookies } of [sources, bundled]) {
      await loadCookies()
      const cookies = new UserCookies()
      const domains = [
        'shop.co.uk',
        'co.uk',
        'mine.github.io',
        'github.io',
        'city.kobe.jp',
        'x.kobe.jp',
        'köln.例え.jp',
      ]
      const kept = domains.filter((domain, number) => {
        cookies.set(`c${number}=1; Domain=${domain}`, `http://a.${domain}/`)
        return cookies.value(`c${number}`, `http://a.${domain}/`) === '1'
      })
      expect(kept).toEqual(['shop.co.uk', 'mine.github.io', 'city.kobe.jp'])
    }
  })

  test("by undici's two versions of HTTP", async () => {
    const server = await target(({ body }, response) => response.end(body))
    const http2 = createHttp2((_, response) => response.end('two'))
    await new Promise<void>(resolve => http2.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void http2.close())
    const { http } = scenario('', [], [])
    const post = request('POST', '/', {
      body: { kind: 'text', template: template('sent') },
      check: ['body is "sent"'],
    })
    expect(await failures(bundled, server.url, [post, post], { http: { ...http, dispatcher: 'undici' } })).toEqual([])
    const http2Url = `http://127.0.0.1:${(http2.address() as AddressInfo).port}`
    const two = get('/', { check: ['body is "two"'] })
    expect(await failures(bundled, http2Url, [two, two], { http: { ...http, version: '2' } })).toEqual([])
  })

  test('by the makers of fake values, each of which makes the same', async () => {
    const expression = { text: '', parts: [] }
    const flows = [{ ...flow([]), start: [], steps: [{ ...expression, expression: 'fake.x()' }] as unknown as Step[] }]
    for (const parts of [sources, bundled]) await parts.prepareLibraries({ flows, before: [], after: [] })
    for (const kind of Object.keys(sources.fakeMakers)) {
      const draws = ({ makeFake }: Parts): unknown[] => {
        const scope = { random: new Random(7), value: () => undefined, epochMs: () => 0 }
        const make = makeFake(kind)
        return Array.from({ length: 2000 }, () => make([], scope))
      }
      const expected = draws(sources)
      const found = draws(bundled)
      expect(
        expected.findIndex((value, draw) => value !== found[draw]),
        kind,
      ).toBe(-1)
    }
  })
})

describe('AWS, played by a server here', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key-of-the-role')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-of-the-role')
    vi.stubEnv('AWS_REGION', 'us-east-1')
    return () => vi.unstubAllEnvs()
  })

  test("secrets are asked for with the function's own credentials, and a secret that is not there is none", async () => {
    const { url, seen } = await target(({ headers }, response) => {
      const operation = String(headers['x-amz-target'])
      const [status, answer] = operation.endsWith('GetParameters')
        ? [200, { Parameters: [{ Name: '/p/A', Value: 'a' }] }]
        : [400, { __type: 'ResourceNotFoundException', message: 'no such secret' }]
      response.writeHead(status as number, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer))
    })
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const stores = bundled.openSecretStores('us-east-1')
    expect([...(await stores.parameters(['/p/A', '/p/B']))]).toEqual([['/p/A', 'a']])
    expect(await stores.secret('p/B')).toBeUndefined()
    for (const { headers } of seen) {
      expect(headers.authorization).toContain('Credential=key-of-the-role/')
      expect(headers['x-amz-security-token']).toBe('session-of-the-role')
    }
  })

  test('a refusal by Parameter Store keeps its name and text, and a missing object is none', async () => {
    const { url } = await target(({ method }, response) => {
      if (method === 'GET')
        response
          .writeHead(404, { 'content-type': 'application/xml' })
          .end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>text</Message></Error>')
      else
        response
          .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
          .end(
            JSON.stringify({ __type: 'AccessDeniedException', message: 'not authorized to perform ssm:GetParameters' }),
          )
    })
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    await expect(bundled.openSecretStores('us-east-1').parameters(['/p/A'])).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'not authorized to perform ssm:GetParameters',
    })
    expect(
      await bundled.openCloudStore({ bucket: 'bucket', table: 'table' }).objects.get('runs/a/plan.json'),
    ).toBeUndefined()
  })
})
