import { describe, expect, it } from 'vitest'
import { RequestBytesCache } from '../../lib/generate/fast-request-bytes.ts'
import type { HttpRequest } from '../../lib/generate/http-dispatcher.ts'

const request = (change: Partial<HttpRequest> = {}): HttpRequest => ({
  origin: 'http://a',
  method: 'GET',
  path: '/x',
  headers: ['accept', '*/*'],
  body: null,
  timeoutMs: 1000,
  wantsBody: false,
  ...change,
})

describe('the bytes of a request', () => {
  it('are written once for a request that comes again and again', () => {
    const cache = new RequestBytesCache(true)
    const same = request()
    cache.of(same, 'a')
    expect(cache.of(same, 'a')).toBe(cache.of(same, 'a'))
  })

  it('hold the authority and the path of each, where only the headers come again', () => {
    const cache = new RequestBytesCache(true)
    const headers = ['accept', '*/*']
    const texts = ['a', 'b', 'a', 'b', 'b'].map((authority, i) => {
      const bytes = cache.of(request({ headers, path: `/${i}` }), authority)
      return typeof bytes === 'string' ? bytes : String(bytes.first)
    })
    expect(texts).toEqual(
      ['a', 'b', 'a', 'b', 'b'].map(
        (authority, i) => `GET /${i} HTTP/1.1\r\nhost: ${authority}\r\nconnection: keep-alive\r\naccept: */*\r\n\r\n`,
      ),
    )
  })

  it.each([
    [{ method: 'G T' }, 'not a method'],
    [{ path: 'x' }, 'not a path'],
    [{ path: '/ä ö' }, 'a path with a character'],
    [{ headers: ['a b', 'x'] }, 'not a header name'],
    [{ headers: ['a', 'x\r\ny: z'] }, 'header a with a character'],
    [{ headers: ['te', 'x'] }, 'not for a scenario to set'],
  ])('are refused every time: %j', (change, why) => {
    const cache = new RequestBytesCache(true)
    const wrong = request(change)
    for (let i = 0; i < 3; i++) expect(cache.of(wrong, 'a')).toContain(why)
  })
})
