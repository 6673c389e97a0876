import { describe, expect, it } from 'vitest'
import { monotonicClock } from '../../lib/generate/clock.ts'
import { httpDispatchers } from '../../lib/generate/http-dispatchers.ts'
import { runSteps } from '../../lib/generate/run-steps.ts'
import type { Tracer } from '../../lib/generate/tracer.ts'
import { tryFlows } from '../../lib/generate/try-flows.ts'
import type { Scenario } from '../../lib/scenario/scenario.ts'
import { dataSet, flow, get, iterations, json, scenario, target, template, think } from './engine-fixture.ts'

const ports = (wanted: Scenario) => ({
  clock: monotonicClock,
  dispatchers: httpDispatchers(wanted.http, wanted.target),
  files: new Map<string, Uint8Array>(),
  secrets: { KEY: 'topsecret' },
  seed: 1,
})

describe('before and after', () => {
  it('give what they saved, and read what came before', async () => {
    const server = await target((_, response) => response.end('{"token":"t1","list":[1,2]}'))
    const wanted = scenario(server.url, [iterations(1, 1)], [flow([get('/')])], {
      before: [get('/seed', { save: { token: 'json $.token', list: 'all json $.list[*]' } }), think(5)],
      after: [get('/clean?{{ token }}')],
    })
    const before = await runSteps(wanted, 'before', { ...ports(wanted), before: {} })
    expect(before).toEqual({ ok: true, saved: { token: 't1', list: [1, 2] } })
    const after = await runSteps(wanted, 'after', { ...ports(wanted), before: before.ok ? before.saved : {} })
    expect(after.ok).toBe(true)
    expect(server.urls()).toEqual(['GET /seed', 'GET /clean?t1'])
  })

  it('keep their cookies from step to step', async () => {
    const server = await target(({ url }, response) =>
      response.writeHead(200, url === '/login' ? { 'set-cookie': 'sid=1; Path=/' } : {}).end(),
    )
    const wanted = scenario(server.url, [iterations(1, 1)], [flow([get('/')])], { before: [get('/login'), get('/me')] })
    expect((await runSteps(wanted, 'before', { ...ports(wanted), before: {} })).ok).toBe(true)
    expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([undefined, 'sid=1'])
  })

  it('end at the first failure, in one line, without secrets', async () => {
    const server = await target((_, response) => response.writeHead(401).end())
    const wanted = scenario(server.url, [iterations(1, 1)], [flow([get('/')])], {
      before: [
        get('/login', { check: ['status is {{ secret.KEY }}'] }),
        { kind: 'set', values: [['late', json('set')]] },
        get('/never'),
      ],
    })
    const result = await runSteps(wanted, 'before', { ...ports(wanted), before: {} })
    expect(server.urls()).toEqual(['GET /login'])
    expect(result).toMatchObject({ ok: false, failure: expect.stringContaining('GET /login') })
    expect(result.saved).toEqual({})
    expect(JSON.stringify(result)).not.toContain('topsecret')
  })

  it('a template without a value is a failure, and nothing is sent', async () => {
    const server = await target()
    const wanted = scenario(server.url, [iterations(1, 1)], [flow([get('/')])], { before: [get('/{{ vars.none }}')] })
    const result = await runSteps(wanted, 'before', { ...ports(wanted), before: {} })
    expect(result).toMatchObject({ ok: false, failure: expect.stringContaining('vars.none') })
    expect(server.seen).toHaveLength(0)
  })
})

it('try runs each flow once with one user and shows all of it', async () => {
  const server = await target(({ url }, response) => {
    if (url === '/old') response.writeHead(302, { location: '/new' }).end()
    else response.writeHead(url === '/bad' ? 500 : 200).end('{"id":9}')
  })
  const rows = [{ name: 'ann' }, { name: 'bob' }]
  const wanted = scenario(
    server.url,
    [iterations(5, 5)],
    [
      flow([get('/u/{{ user.name }}', { check: ['json $.id is 9'], save: { id: 'json $.id' } }), get('/x/{{ id }}')], {
        name: 'one',
      }),
      flow([get('/old'), get('/bad')], {
        name: 'two',
        start: [get('/start', { bearer: template('{{ secret.KEY }}') })],
      }),
    ],
    { data: [dataSet('user', rows)], before: [get('/before')], after: [get('/after')] },
  )
  const events: string[] = []
  const tracer: Tracer = {
    iteration: name => events.push(`flow ${name}`),
    request: ({ method, url }) => events.push(`${method} ${new URL(url).pathname}`),
    answer: ({ status, body }) => events.push(`${status} ${body}`),
    redirect: ({ location }) => events.push(`to ${new URL(location).pathname}`),
    saved: ({ name, value }) => events.push(`${name} = ${JSON.stringify(value)}`),
    check: ({ text, pass }) => events.push(`${text}: ${pass}`),
    failure: ({ kind }) => events.push(`failed: ${kind}`),
  }
  const result = await tryFlows(wanted, { ...ports(wanted), rows: new Map([['user', rows]]), tracer })
  const answer = '200 {"id":9}'
  expect(result).toEqual({ failures: 1 })
  expect(events).toEqual([
    ...['flow before', 'GET /before', answer],
    ...['flow one', 'GET /u/ann', answer, 'json $.id is 9: true', 'id = 9', 'GET /x/9', answer],
    ...['flow two', 'GET /start', answer, 'GET /old', 'to /new', 'GET /new', answer],
    ...['GET /bad', '500 {"id":9}', 'failed: status 500'],
    ...['flow after', 'GET /after', answer],
  ])
})
