import { describe, expect, it } from 'vitest'
import { encodeShardResult } from '../../lib/measure/shard-result.ts'
import { openDispatchers } from '../../lib/workflow/open-dispatchers.ts'
import { flow, get, iterations, json, request, run, scenario, target, template } from './engine-fixture.ts'

const value = 'Corr3ct+horse/"battery"'
const secrets = { KEY: value }

async function send(steps: Parameters<typeof flow>[0], hosts: readonly string[], url: string) {
  const wanted = { ...scenario(url, [iterations(1, 1)], [flow(steps)]), secrets: ['KEY'] }
  const dispatchers = await openDispatchers({}, wanted, new Map(), { KEY: { value, hosts } })
  const outcome = await run(wanted, { ports: { dispatchers, secrets } })
  const kinds = steps.map((_, name) => [...(outcome.measurements.figures(0, name)?.errors.byKind.keys() ?? [])])
  return { kinds: kinds.flat(), outcome }
}

describe('a secret that is bound to hosts', () => {
  it('reaches its own host', async () => {
    const server = await target()
    const { kinds } = await send([get('/', { bearer: template('{{ secret.KEY }}') })], ['127.0.0.1'], server.url)
    expect(kinds).toEqual([])
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${value}`)
  })

  it.each([
    ['header', request('GET', '/', { head: { 'x-key': 'k {{ secret.KEY }}' } })],
    ['bearer', request('GET', '/', { bearer: template('{{ secret.KEY }}') })],
    ['basic', request('GET', '/', { basic: template('u:{{ secret.KEY }}') })],
    ['longer basic', request('GET', '/', { basic: template('us:{{ secret.KEY }}-x') })],
    ['path', request('GET', '/a/{{ secret.KEY }}')],
    ['query', request('GET', '/', { query: [['k', template('{{ secret.KEY }}')]] })],
    ['text', request('POST', '/', { body: { kind: 'text', template: template('<{{ secret.KEY }}>') } })],
    ['json', request('POST', '/', { body: { kind: 'json', json: json({ a: ['{{ secret.KEY }}'] }) } })],
    ['form', request('POST', '/', { body: { kind: 'form', fields: [['a', template('{{ secret.KEY }}')]] } })],
    ['base64', request('GET', '/', { head: { 'x-key': '{{ base64("ab" + secret.KEY) }}' } })],
  ])('is not sent to another in a %s', async (_name, step) => {
    const server = await target()
    const { kinds, outcome } = await send([step], ['api.test', '*.other.test'], server.url)
    expect(kinds).toEqual(['secret not allowed'])
    expect(server.seen).toEqual([])
    for (const shard of outcome.shards) expect(Buffer.from(encodeShardResult(shard)).includes(value)).toBe(false)
  })

  it('is not sent by a name that was set, nor after a redirect', async () => {
    const other = await target()
    const server = await target((_, response) =>
      response.writeHead(307, { location: other.url.replace('127.0.0.1', 'localhost') }).end(),
    )
    const { kinds } = await send([get('/', { head: { 'x-key': '{{ secret.KEY }}' } })], ['127.0.0.1'], server.url)
    expect(kinds).toEqual(['secret not allowed'])
    expect([server.seen.length, other.seen.length]).toEqual([1, 0])
    const indirect = await target()
    const steps = [
      { kind: 'set' as const, values: [['k', json('x{{ secret.KEY }}')] as const] },
      get('/', { head: { 'x-key': '{{ k }}' } }),
    ]
    const set = await send(steps, ['api.test'], indirect.url)
    expect(set.kinds).toEqual(['secret not allowed'])
    expect(indirect.seen).toEqual([])
  })

  it('leaves requests without it alone', async () => {
    const server = await target()
    const { kinds } = await send([get('/plain'), get('/')], ['api.test'], server.url)
    expect([kinds, server.seen.length]).toEqual([[], 2])
  })
})

it('a scenario reads nothing of the generator: neither its environment nor its credentials', async () => {
  const server = await target()
  const names = [
    'env.AWS_SECRET_ACCESS_KEY',
    'env.PATH',
    'env.AWS_SESSION_TOKEN',
    'secret.AWS_SECRET_ACCESS_KEY',
    'secret.PATH',
  ]
  const steps = names.map(name => get(`/${name}`, { head: { 'x-key': `{{ ${name} or 'nothing' }}` } }))
  const before = process.env['AWS_SECRET_ACCESS_KEY']
  process.env['AWS_SECRET_ACCESS_KEY'] = 'of-the-role'
  try {
    await run(scenario(server.url, [iterations(1, 1)], [flow(steps)]))
  } finally {
    if (before === undefined) delete process.env['AWS_SECRET_ACCESS_KEY']
    else process.env['AWS_SECRET_ACCESS_KEY'] = before
  }
  expect(server.seen.map(({ headers }) => headers['x-key'])).toEqual(names.map(() => 'nothing'))
})
