import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { overridesSchema, postedRunSchema } from '../../lib/api/posted-run.ts'
import { storedFormats } from '../../lib/api/run-parts.ts'
import { apiHere, scenario } from '../api/api-here.ts'

const page = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8')

describe('docs/http-api.md', () => {
  it('has every operation of the document, and no other', async () => {
    const { json } = await apiHere().ask('GET', '/openapi.json')
    const { paths } = json as { paths: Record<string, Record<string, unknown>> }
    const there = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} /v1${path}`),
    )
    const named = [
      ...page.matchAll(/((?:`(?:GET|POST|PUT|DELETE)`, )*)`(GET|POST|PUT|DELETE) (\/v1[\w/{}.]*)`/g),
    ].flatMap(([, others = '', method, path]) => [
      `${method} ${path}`,
      ...[...others.matchAll(/`(\w+)`/g)].map(other => `${other[1]} ${path}`),
    ])
    expect([...new Set(named)].toSorted()).toEqual(there.toSorted())
  })

  it('has every key of a run, and of what it says over its scenario', () => {
    const keys = [...Object.keys(postedRunSchema.shape), ...Object.keys(overridesSchema.shape)]
    expect(keys.filter(key => !page.includes(`\`${key}\``))).toEqual([])
  })

  it('has bodies of overrides that are taken as they stand', async () => {
    const bodies = [...page.matchAll(/`(\{ "(?:users|rate)":[^`]*\})`/g)].map(([, body = '']) => body)
    expect(bodies).toHaveLength(2)
    for (const body of bodies) {
      const { status } = await apiHere().ask('POST', '/runs', { scenario: scenario(), overrides: JSON.parse(body) })
      expect(status).toBe(202)
    }
  })

  it('has every format of a report', () => {
    expect(storedFormats.filter(format => !page.includes(format))).toEqual([])
  })
})
