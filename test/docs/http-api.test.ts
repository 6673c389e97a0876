import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { storedFormats } from '../../lib/api/run-parts.ts'
import { apiHere } from '../api/api-here.ts'

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

  it('has every format of a report', () => {
    expect(storedFormats.filter(format => !page.includes(format))).toEqual([])
  })
})
