import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { RequestStep, Step } from '../../lib/scenario/step.ts'
import {
  expression,
  flow,
  get,
  iterations,
  json,
  type Outcome,
  request,
  run,
  scenario,
  target,
  template,
  think,
  totals,
  when,
} from './engine-fixture.ts'

const once = (url: string, steps: readonly Step[], more = {}) =>
  run(scenario(url, [iterations(1, 1)], [flow(steps)], more))

const kinds = ({ measurements }: Outcome, place = 0) =>
  [...(measurements.figures(0, place)?.errors.byKind.values() ?? [])].map(({ kind, count }) => [kind, count])

describe('bodies and headers', () => {
  it.each([
    [
      'json',
      { body: { kind: 'json', json: json({ id: '{{ 1 + 1 }}', text: 'n {{ vu }}' }) } },
      '{"id":2,"text":"n 1"}',
      'application/json',
    ],
    [
      'form',
      { body: { kind: 'form', fields: [['a b', template('x&y {{ vu }}')]] } },
      'a+b=x%26y+1',
      'application/x-www-form-urlencoded',
    ],
    ['text', { body: { kind: 'text', template: template('hello {{ vu }}') } }, 'hello 1', 'text/plain; charset=utf-8'],
    [
      'graphql',
      {
        body: {
          kind: 'graphql',
          query: template('query Q { a }'),
          operationName: 'Q',
          variables: json({ v: '{{ vu }}' }),
        },
      },
      '{"query":"query Q { a }","operationName":"Q","variables":{"v":1}}',
      'application/json',
    ],
  ] satisfies [string, Partial<RequestStep>, string, string][])('%s', async (_, options, body, type) => {
    const server = await target((_seen, response) => response.end('{}'))
    const outcome = await once(server.url, [request('POST', '/x', options)])
    expect(server.seen[0]).toMatchObject({ method: 'POST', body, headers: { 'content-type': type } })
    expect(kinds(outcome)).toEqual([])
  })

  it('multipart holds its parts in order', async () => {
    const server = await target()
    const file = new TextEncoder().encode('PNG')
    const parts = [
      { name: 'operations', content: { kind: 'json', json: json({ a: 1 }) } },
      { name: 'q"1', content: { kind: 'text', template: template('v{{ vu }}') } },
      { name: '0', content: { kind: 'file', file: 'a.png', filename: 'a.png' }, type: 'image/png' },
    ] as const
    const wanted = scenario(
      server.url,
      [iterations(1, 1)],
      [flow([request('POST', '/up', { body: { kind: 'multipart', parts } })])],
    )
    await run(wanted, { ports: { files: new Map([['a.png', file]]) } })
    const { headers, body = '' } = server.seen[0] ?? {}
    const boundary = /boundary=(.+)$/.exec(headers?.['content-type'] ?? '')?.[1]
    expect(boundary).toBeDefined()
    expect(body.replaceAll(boundary ?? '', 'B')).toBe(
      [
        '--B\r\ncontent-disposition: form-data; name="operations"\r\ncontent-type: application/json\r\n\r\n{"a":1}\r\n',
        '--B\r\ncontent-disposition: form-data; name="q%221"\r\n\r\nv1\r\n',
        '--B\r\ncontent-disposition: form-data; name="0"; filename="a.png"\r\ncontent-type: image/png\r\n\r\nPNG\r\n',
        '--B--\r\n',
      ].join(''),
    )
  })

  it('credentials, query, templates in paths; the base path is kept', async () => {
    const server = await target()
    const steps = [
      get('/a/{{ vars.p }}?q={{ vars.q }}', {
        query: [['x y', template('{{ vars.q }}')]],
        basic: template('user:{{ vars.q }}'),
      }),
      get('/b', { bearer: template('t{{ vu }}'), head: { 'x-n': '{{ iteration }}' } }),
    ]
    await once(`${server.url}/api`, steps, { vars: { p: 'é/#1', q: 'a&b' } })
    expect(server.urls()).toEqual(['GET /api/a/%C3%A9/%231?q=a%26b&x%20y=a%26b', 'GET /api/b'])
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:a&b').toString('base64')}`)
    expect(server.seen[1]?.headers).toMatchObject({ authorization: 'Bearer t1', 'x-n': '0' })
  })

  it('a header with a line break is never sent', async () => {
    const server = await target()
    const outcome = await once(server.url, [get('/a', { head: { 'x-a': '{{ vars.bad }}' } })], {
      vars: { bad: 'x\r\nset-cookie: a=1' },
    })
    expect(server.seen).toHaveLength(0)
    expect(kinds(outcome)).toEqual([['template', 1]])
  })
})

describe('redirects', () => {
  it('are one request under the first name, followed to the end', async () => {
    const server = await target(({ url }, response) => {
      const n = Number(url.slice(1))
      if (n < 3) response.writeHead(302, { location: `/${n + 1}` }).end('moved')
      else response.end('there')
    })
    const outcome = await once(server.url, [
      request('POST', '/0', { check: ['body is there'], body: { kind: 'text', template: template('b') } }),
    ])
    expect(server.urls()).toEqual(['POST /0', 'GET /1', 'GET /2', 'GET /3'])
    expect(server.seen[1]?.body).toBe('')
    expect(totals(outcome, 'POST /0')).toEqual({ count: 1, failures: 0, retried: 0 })
    expect(outcome.measurements.figures(0, 0)?.statuses).toEqual(new Map([[200, 1]]))
  })

  it('keep method and body with 307, drop credentials and cookies for another origin', async () => {
    const other = await target()
    const server = await target((_, response) =>
      response
        .writeHead(307, { location: `${other.url.replace('127.0.0.1', 'localhost')}/y`, 'set-cookie': 'a=1' })
        .end(),
    )
    const step = request('PUT', '/x', {
      bearer: template('secret'),
      body: { kind: 'text', template: template('data') },
    })
    await once(server.url, [step])
    const [seen] = other.seen
    expect(seen).toMatchObject({ method: 'PUT', url: '/y', body: 'data' })
    expect(seen?.headers.authorization).toBeUndefined()
    expect(seen?.headers.cookie).toBeUndefined()
  })

  it('too many are a failure, none wanted are an answer', async () => {
    const server = await target((_, response) => response.writeHead(302, { location: '/' }).end())
    const outcome = await once(server.url, [
      get('/loop', { redirects: 3 }),
      get('/plain', { redirects: 0, check: ['status is 302'] }),
    ])
    expect(server.seen).toHaveLength(5)
    expect(kinds(outcome, 0)).toEqual([['bad redirect', 1]])
    expect(kinds(outcome, 1)).toEqual([])
  })
})

describe('cookies', () => {
  it('are kept by user, also from a redirect, and sent back where they belong', async () => {
    const server = await target(({ url }, response) => {
      if (url === '/login')
        response.writeHead(302, { location: '/home', 'set-cookie': ['id=7; Path=/', 'only=1; Path=/x'] })
      response.end()
    })
    await run(
      scenario(
        server.url,
        [iterations(2, 1)],
        [flow([get('/a', { head: { cookie: 'own=1' } })], { start: [get('/login')] })],
      ),
    )
    const cookie = (url: string) => server.seen.filter(each => each.url === url).map(each => each.headers.cookie)
    expect(cookie('/login')).toEqual([undefined])
    expect(cookie('/home')).toEqual(['id=7'])
    expect(cookie('/a')).toEqual(['own=1; id=7', 'own=1; id=7'])
  })

  it('can be checked and saved', async () => {
    const server = await target((_, response) => response.setHeader('set-cookie', 'sid=abc; HttpOnly').end())
    const outcome = await once(server.url, [
      get('/a', { check: ['cookie sid is abc'], save: { sid: 'cookie sid' } }),
      get('/b?{{ sid }}'),
    ])
    expect(server.urls()).toEqual(['GET /a', 'GET /b?abc'])
    expect(kinds(outcome)).toEqual([])
  })
})

describe('retries', () => {
  it('each attempt counts, only the last can fail, Retry-After wins', async () => {
    let calls = 0
    const server = await target((_, response) => {
      calls++
      if (calls === 1) response.writeHead(503, { 'retry-after': '0' }).end()
      else if (calls === 2) response.writeHead(429).end()
      else response.end('ok')
    })
    const retry = { statuses: [429, 503], errors: [], times: 3, waitMs: 20 }
    const outcome = await once(server.url, [get('/', { retry })])
    expect(totals(outcome, 'GET /')).toEqual({ count: 3, failures: 0, retried: 2 })
    expect(outcome.measurements.flowFigures(0, 0)).toMatchObject({ iterations: 1, failures: 0 })
    expect((server.seen[2]?.atMs ?? 0) - (server.seen[1]?.atMs ?? 0)).toBeGreaterThanOrEqual(19)
  })

  it('give up after so many, and on what is not listed', async () => {
    const server = await target((_, response) => response.writeHead(503).end())
    const retry = { statuses: [503], errors: ['timeout'], times: 2, waitMs: 1 }
    const other = { statuses: [500], errors: [], times: 2, waitMs: 1 }
    const outcome = await once(server.url, [get('/a', { retry }), get('/b', { retry: other })])
    expect(totals(outcome, 'GET /a')).toEqual({ count: 3, failures: 1, retried: 2 })
    expect(totals(outcome, 'GET /b')).toEqual({ count: 1, failures: 1, retried: 0 })
  })

  it('follow an error kind, and send the same request again', async () => {
    let calls = 0
    const server = await target((_, response) => {
      calls++
      if (calls === 1) response.destroy()
      else response.end('ok')
    })
    const retry = { statuses: [], errors: ['ECONNRESET'], times: 1, waitMs: 1 }
    const outcome = await once(server.url, [request('POST', '/?{{ uuid() }}', { retry })])
    expect(totals(outcome, 'POST /')).toEqual({ count: 2, failures: 0, retried: 1 })
    expect(new Set(server.urls()).size).toBe(1)
  })
})

describe('what is a failure', () => {
  it('a status of 400 and above, unless a check on status stands there', async () => {
    const server = await target(({ url }, response) => response.writeHead(Number(url.slice(1))).end())
    const outcome = await once(server.url, [
      get('/404'),
      get('/403', { check: ['status is 403'] }),
      get('/200', { check: ['status is 201'] }),
      get('/500', { check: ['time < 10s'] }),
      get('/204'),
    ])
    expect([0, 1, 2, 3, 4].map(place => kinds(outcome, place))).toEqual([
      [['status 404', 1]],
      [],
      [['check: status is 201', 1]],
      [['status 500', 1]],
      [],
    ])
    expect(server.seen).toHaveLength(5)
    expect(outcome.measurements.figures(0, 3)?.checks.get('time < 10s')).toEqual({ pass: 1, fail: 0 })
    expect(outcome.measurements.flowFigures(0, 0)).toMatchObject({ iterations: 1, failures: 1 })
  })

  it('a save that finds nothing, which ends the iteration, unless it has a fallback', async () => {
    const server = await target((_, response) => response.end('{"a":null}'))
    const outcome = await run(
      scenario(
        server.url,
        [iterations(2, 1)],
        [
          flow([
            get('/one', { save: { x: 'json $.none or 5', n: 'json $.a' } }),
            get('/two?{{ x }}'),
            get('/three', { save: { y: 'json $.none' } }),
            get('/four?{{ y }}'),
          ]),
        ],
      ),
    )
    expect(server.urls()).toEqual(['GET /one', 'GET /two?5', 'GET /three', 'GET /one', 'GET /two?5', 'GET /three'])
    expect(kinds(outcome, 2)).toEqual([['save: y', 2]])
    expect(outcome.measurements.flowFigures(0, 0)).toMatchObject({ iterations: 2, failures: 2 })
  })

  it('no answer: the kind says why, checks have failed, the iteration goes on', async () => {
    const server = await target(({ url }, response) => {
      if (url === '/cut') {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half')
        setTimeout(() => response.destroy(), 10)
      } else if (url !== '/slow') response.end()
    })
    const outcome = await once(server.url, [
      get('/cut', { check: ['status is 200'] }),
      get('/slow', { timeoutMs: 100 }),
      get('http://127.0.0.1:1/refused'),
      get('/end'),
    ])
    expect(kinds(outcome, 0)).toEqual([['truncated body', 1]])
    expect(kinds(outcome, 1)).toEqual([['timeout (first byte)', 1]])
    expect(kinds(outcome, 2)).toEqual([['ECONNREFUSED', 1]])
    expect(kinds(outcome, 3)).toEqual([])
    expect(outcome.measurements.figures(0, 0)?.checks.get('status is 200')).toEqual({ pass: 0, fail: 1 })
    expect(outcome.measurements.figures(0, 1)?.failed?.count).toBe(1)
    expect(outcome.measurements.figures(0, 2)?.failed?.count ?? 0).toBe(0)
  })

  it('GraphQL errors that are not null', async () => {
    const server = await target(({ url }, response) =>
      response.end(url === '/a' ? '{"errors":[{"message":"no"}]}' : '{"errors":null}'),
    )
    const body = { kind: 'graphql', query: template('{ a }') } as const
    const outcome = await once(server.url, [request('POST', '/a', { body }), request('POST', '/b', { body })])
    expect(kinds(outcome, 0)).toEqual([['graphql errors', 1]])
    expect(kinds(outcome, 1)).toEqual([])
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('a %s body is read, and one that is broken is not', async (encoding, compress) => {
    const bytes = compress('{"id":42}')
    const server = await target(({ url }, response) => {
      response.setHeader('content-encoding', encoding)
      response.end(url.startsWith('/bad') ? bytes.subarray(0, bytes.length - 4) : bytes)
    })
    const outcome = await once(server.url, [
      get('/a', { save: { id: 'json $.id' } }),
      get('/b?{{ id }}'),
      get('/bad', { check: ['json $.id is 42'] }),
    ])
    expect(server.urls()).toEqual(['GET /a', 'GET /b?42', 'GET /bad'])
    expect(kinds(outcome, 0)).toEqual([])
    expect(kinds(outcome, 2)).toEqual([['bad encoding', 1]])
  })
})

describe('flows', () => {
  it('branch, repeat, go through lists, set values and know the last answer', async () => {
    const server = await target(({ url }, response) => {
      if (url === '/list') response.end('{"ids":[4,5,6]}')
      else response.writeHead(url === '/missing' ? 404 : 200).end()
    })
    const steps: Step[] = [
      get('/list', { save: { ids: 'all json $.ids[*]' } }),
      { kind: 'each', variable: 'id', list: expression('ids'), steps: [get('/item/{{ id }}')] },
      { kind: 'set', values: [['n', json('{{ size(ids) }}')]] },
      { kind: 'repeat', times: expression('n'), until: expression('response.status == 404'), steps: [get('/missing')] },
      { kind: 'repeat', times: 2, steps: [{ kind: 'repeat', times: 2, steps: [get('/inner')] }] },
      when('response.status == 200', [get('/yes')], [get('/no')]),
      when('n > 3', [get('/yes')], [get('/no')]),
      get('/skipped', { when: expression('false') }),
    ]
    await once(server.url, steps)
    expect(server.urls()).toEqual(
      ['/list', '/item/4', '/item/5', '/item/6', '/missing', '/inner', '/inner', '/inner', '/inner', '/yes', '/no'].map(
        path => `GET ${path}`,
      ),
    )
  })

  it('count groups, think time included, also where a failure leaves them', async () => {
    const server = await target(({ url }, response) => response.writeHead(url === '/bad' ? 500 : 200).end('x'))
    const steps: Step[] = [
      {
        kind: 'group',
        name: 'outer',
        steps: [get('/a'), think(30), { kind: 'group', name: 'inner', steps: [get('/bad')] }],
      },
      { kind: 'group', name: 'left', steps: [get('/c', { save: { v: 'json $.v' } }), get('/never')] },
    ]
    const { plan, measurements } = await once(server.url, steps)
    const flows = plan.flowNames.map((name, place) => {
      const figures = measurements.flowFigures(0, place)
      return [name, figures?.iterations, figures?.failures]
    })
    expect(flows).toEqual([
      ['main', 1, 1],
      ['main / outer', 1, 1],
      ['main / outer / inner', 1, 1],
      ['main / left', 1, 1],
    ])
    expect(measurements.flowFigures(0, 1)?.durations.minUs).toBeGreaterThanOrEqual(30_000)
  })
})
