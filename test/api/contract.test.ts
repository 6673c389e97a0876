import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { apiHere, scenario } from './api-here.ts'

type Media = { readonly schema: object }
type Document = {
  readonly paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content?: Record<string, Media> }> }>
  >
}

/** Asks, and holds the answer against the document: its status, its type and its body. */
async function contract() {
  const here = apiHere()
  const document = (await here.ask('GET', '/openapi.json')).json as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(document, 'document')
  const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
  const kept = async (method: string, path: string, template: string, body?: unknown) => {
    const answer = await here.ask(method, path, body)
    const responses = document.paths[template]?.[method.toLowerCase()]?.responses ?? {}
    const status = [String(answer.status), `${Math.floor(answer.status / 100)}XX`].find(name => name in responses)
    expect(status, `${method} ${template} ${answer.status}`).toBeDefined()
    const content = responses[status ?? '']?.content
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? ''
    if (content === undefined) return expect(answer.text).toBe('')
    expect(Object.keys(content)).toContain(type)
    const at = ['paths', template, method.toLowerCase(), 'responses', status ?? '', 'content', type, 'schema']
    const validate = ajv.getSchema(`document#/${at.map(escaped).map(encodeURIComponent).join('/')}`)
    expect(validate, at.join(' ')).toBeDefined()
    validate?.(answer.json)
    expect(validate?.errors ?? []).toEqual([])
  }
  return { ...here, document, kept }
}

describe('the OpenAPI document', () => {
  it('is what the answers are', async () => {
    const { ask, kept } = await contract()
    const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    const sent = { scenario: scenario() }
    await kept('POST', '/runs', '/runs', sent)
    await kept('POST', '/runs', '/runs', { scenario: scenario({ target: 'http://example.org' }) })
    await kept('POST', '/runs', '/runs', { scenario: 7 })
    await kept('GET', '/runs', '/runs')
    await kept('GET', `/runs/${id}`, '/runs/{id}')
    await kept('GET', `/runs/${id}/verdict`, '/runs/{id}/verdict')
    await kept('POST', `/runs/${id}/abort`, '/runs/{id}/abort', {})
    await kept('POST', '/estimates', '/estimates', sent)
    await kept('POST', '/uploads', '/uploads', { sha256: '0'.repeat(64), bytes: 0 })
    await kept('PUT', '/scenarios/shop', '/scenarios/{name}', sent)
    await kept('GET', '/scenarios/shop', '/scenarios/{name}')
    await kept('GET', '/scenarios', '/scenarios')
    const nightly = { expression: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin', scenario: 'shop' }
    await kept('PUT', '/schedules/nightly', '/schedules/{name}', nightly)
    await kept('PUT', '/schedules/nightly', '/schedules/{name}', { ...nightly, expression: 'at night' })
    await kept('GET', '/schedules', '/schedules')
    await kept('DELETE', '/schedules/nightly', '/schedules/{name}')
    await kept('DELETE', '/schedules/nightly', '/schedules/{name}')
    await kept('PUT', '/baselines/shop', '/baselines/{name}', { runId: id })
    await kept('GET', '/baselines', '/baselines')
    await kept('GET', '/health', '/health')
    await kept('GET', '/openapi.json', '/openapi.json')
  })

  it('names every operation once', async () => {
    const { document } = await contract()
    const names = Object.values(document.paths).flatMap(path =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(names.length).toBeGreaterThan(20)
    expect(new Set(names).size).toBe(names.length)
  })
})
