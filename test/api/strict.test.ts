import { describe, expect, it } from 'vitest'
import { apiHere, scenario } from './api-here.ts'

const sha256 = 'a'.repeat(64)

/** Every operation once, with a request that it takes as far as its form goes. */
const operations: readonly (readonly [method: string, path: string, allow: string])[] = [
  ['POST', '/runs', 'POST, GET, HEAD'],
  ['GET', '/runs/none', 'GET, HEAD'],
  ['GET', '/runs/none/verdict', 'GET, HEAD'],
  ['GET', '/runs/none/live', 'GET, HEAD'],
  ['GET', '/runs/none/plan', 'GET, HEAD'],
  ['GET', '/runs/none/summary', 'GET, HEAD'],
  ['GET', '/runs/none/report', 'GET, HEAD'],
  ['GET', '/runs/none/report.html', 'GET, HEAD'],
  ['POST', '/runs/none/abort', 'POST'],
  ['GET', '/scenarios', 'GET, HEAD'],
  ['PUT', '/scenarios/a', 'PUT, GET, HEAD, DELETE'],
  ['PUT', '/schedules/a', 'PUT, GET, HEAD, DELETE'],
  ['PUT', '/baselines/a', 'PUT, GET, HEAD, DELETE'],
  ['POST', '/uploads', 'POST'],
  ['POST', '/estimates', 'POST'],
  ['GET', '/health', 'GET, HEAD'],
  ['GET', '/openapi.json', 'GET, HEAD'],
]

describe('what HTTP asks of the API', () => {
  it.each(operations)('%s %s is told the methods of the path, asked by another', async (_method, path, allow) => {
    const answer = await apiHere().ask('PATCH', path)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe(allow)
    expect(answer.json).toMatchObject({ status: 405, title: 'Method not allowed', faults: [] })
  })

  it.each(operations.filter(([method]) => method !== 'GET'))(
    '%s %s reads JSON and nothing else',
    async (method, path) => {
      const { app, faults } = apiHere()
      const send = (type: string, body: string) =>
        app.request(path, { method, body, headers: { 'content-type': type } })
      expect((await send('text/plain', '{}')).status).toBe(415)
      expect((await send('application/jsonp', '{}')).status).toBe(415)
      expect((await send('application/json', '{')).status).toBe(400)
      expect((await send('application/json', '[1]')).status).toBe(400)
      expect((await send('application/json', '{"nested":'.repeat(50_000))).status).toBe(400)
      expect((await send('application/json', `${'['.repeat(50_000)}${']'.repeat(50_000)}`)).status).toBe(400)
      expect((await send('application/json', JSON.stringify('x'.repeat(5_000_001)))).status).toBe(413)
      expect(faults).toEqual([])
    },
  )

  it.each([
    ['GET', '/nothing', 404],
    ['GET', '/runs/..%2F..%2Fetc%2Fpasswd/summary', 400],
    ['GET', '/runs/%FF', 400],
    ['GET', '/runs?limit=0', 400],
    ['GET', '/runs?limit=many', 400],
    ['GET', '/runs?after=1', 400],
    ['GET', '/runs?scenaro=shop', 400],
    ['GET', '/scenarios/a%20b', 400],
    ['GET', '/runs/none/report?format=pdf', 400],
    ['GET', '/runs/none/report?format=junit', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const { ask, faults } = apiHere()
    const answer = await ask(method, path)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(faults).toEqual([])
  })

  it('tells the faults of every part of a request at once', async () => {
    const { ask } = apiHere()
    const body = { scenario: 7, seed: -1, unknown: true }
    const { json } = await ask('POST', '/runs?x=1', body, { 'idempotency-key': 'k'.repeat(201) })
    const { faults } = json as { faults: { path: string }[] }
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['query.x', 'header.idempotency-key', 'body.scenario', 'body.seed', 'body.unknown']),
    )
  })

  it('says when to ask again where too many runs are under way', async () => {
    const { ask } = apiHere()
    for (let run = 0; run < 2; run++) await ask('POST', '/runs', { scenario: scenario() })
    const answer = await ask('POST', '/runs', { scenario: scenario() })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('takes an abort without a body, again, and after the end', async () => {
    const { ask, store } = apiHere()
    const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    expect((await ask('POST', `/runs/${id}/abort`)).status).toBe(202)
    expect((await ask('POST', `/runs/${id}/abort`)).status).toBe(202)
    await store.runs.update(id, { state: 'done' })
    expect((await ask('POST', `/runs/${id}/abort`)).status).toBe(200)
  })

  it('sends on what is larger than an answer of Lambda, counted as Lambda counts it', async () => {
    const { ask, store } = apiHere({ downloads: { urlOf: async key => `https://bucket.example/${key}` } })
    const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    const write = (text: string) => store.objects.put(`runs/${id}/report/report.html`, new TextEncoder().encode(text))
    await write('a'.repeat(3_000_000))
    expect((await ask('GET', `/runs/${id}/report.html`)).status).toBe(200)
    await write('"'.repeat(3_000_000))
    const answer = await ask('GET', `/runs/${id}/report.html`)
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(`https://bucket.example/runs/${id}/report/report.html`)
  })

  it('places an upload at a whole address', async () => {
    const { ask } = apiHere({ uploads: { place: async hash => ({ url: `/v1/uploads/${hash}`, headers: {} }) } })
    const { json } = await ask('POST', '/uploads', { sha256, bytes: 3 })
    expect(json).toMatchObject({ exists: false, url: `http://localhost/v1/uploads/${sha256}` })
  })
})
