import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { Lease } from '../../lib/generate/control-watch.ts'
import { followRedirect, redirectHeaders } from '../../lib/generate/redirect.ts'
import { baseUrl, encodeIllegal, resolveTarget, withQuery } from '../../lib/generate/request-url.ts'
import { retryAfterMs } from '../../lib/generate/retry-after.ts'
import { type Due, Timers } from '../../lib/generate/timers.ts'

describe('timers', () => {
  property.prop([fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), { maxLength: 200 })])(
    'give what a sorted list gives, equal instants in the order of pushing',
    steps => {
      const timers = new Timers()
      let naive: { at: number; due: Due }[] = []
      for (const [at, pops] of steps) {
        if (pops) {
          naive = naive.sort((a, b) => a.at - b.at)
          const expected = naive[0] !== undefined && naive[0].at <= at ? naive.shift()?.due : undefined
          expect(timers.popDue(at)).toBe(expected)
        } else {
          const due = { due() {} }
          timers.push(at, due)
          naive.push({ at, due })
        }
        expect(timers.nextUs).toBe(Math.min(Number.POSITIVE_INFINITY, ...naive.map(each => each.at)))
      }
    },
  )

  it('tell of what is due before everything else, and only of that', () => {
    const timers = new Timers()
    let earlier = 0
    timers.onEarlier = () => earlier++
    for (const at of [5, 7, 3, 4]) timers.push(at, { due() {} })
    expect(earlier).toBe(2)
  })
})

describe('where a request goes', () => {
  it.each([
    ['http://h/api', '/x', 'http://h', '/api/x'],
    ['http://h/api/', '/x?a=1', 'http://h', '/api/x?a=1'],
    ['http://h', 'x', 'http://h', '/x'],
    ['http://h', '', 'http://h', '/'],
    ['http://h', '?q=1', 'http://h', '/?q=1'],
    ['http://h/api', '?q=1', 'http://h', '/api?q=1'],
    ['http://h', '/a b/é?q=ü#part', 'http://h', '/a%20b/%C3%A9?q=%C3%BC'],
    ['http://h', '/100%/a%20b', 'http://h', '/100%25/a%20b'],
    ['http://h:81/api', 'https://other.example/y?z', 'https://other.example', '/y?z'],
  ])('%s and %s', (target, url, origin, path) => {
    expect(resolveTarget(baseUrl(target), url)).toEqual({ origin, path })
  })

  property.prop([fc.string({ unit: 'binary' })])('only ever holds what may stand on a request line', text => {
    expect(encodeIllegal(text.toWellFormed())).toMatch(/^(?:[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/)
  })

  it('a query is appended to what stands there', () => {
    expect(withQuery('/x', 'a=1')).toBe('/x?a=1')
    expect(withQuery('/x?b=2', 'a=1')).toBe('/x?b=2&a=1')
    expect(withQuery('/x?', 'a=1')).toBe('/x?a=1')
    expect(withQuery('/x', '')).toBe('/x')
  })
})

describe('redirects', () => {
  const from = (method: string) => ({ origin: 'http://h:1', path: '/a/b?c', method })

  it.each([
    [301, 'POST', 'GET', false],
    [302, 'POST', 'GET', false],
    [302, 'PUT', 'PUT', true],
    [303, 'PUT', 'GET', false],
    [303, 'HEAD', 'HEAD', true],
    [307, 'POST', 'POST', true],
    [308, 'DELETE', 'DELETE', true],
    [301, 'GET', 'GET', true],
  ])('%i turns %s into %s', (status, method, next, keepsBody) => {
    expect(followRedirect(status, 'd', from(method))).toEqual({
      origin: 'http://h:1',
      path: '/a/d',
      method: next,
      keepsBody,
      crossOrigin: false,
    })
  })

  it('drops credentials across origins and what spoke of a dropped body', () => {
    const headers = ['authorization', 'x', 'cookie', 'a=b', 'content-type', 't', 'x-a', '1']
    const away = followRedirect(302, 'http://other:1/x', from('POST'))
    const here = followRedirect(307, '/x', from('POST'))
    expect(away && redirectHeaders(headers, away)).toEqual(['x-a', '1'])
    expect(here && redirectHeaders(headers, here)).toEqual(headers)
  })

  it.each(['ftp://h/x', 'http://[', 'javascript:alert(1)'])('does not follow %s', location => {
    expect(followRedirect(302, location, from('GET'))).toBeUndefined()
  })
})

it.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  ['-3', undefined],
  ['1.5', undefined],
  [undefined, undefined],
])('retry-after %s is %s ms', (value, ms) => {
  expect(retryAfterMs(value, 1000)).toBe(ms)
})

describe('the lease', () => {
  const lease = () => new Lease({ leaseMs: 30, unreadableMs: 15 }, 0)

  it('goes on while the beat changes', () => {
    const own = lease()
    for (let ms = 0; ms < 200; ms += 10) expect(own.seen({ beat: ms }, ms)).toBeUndefined()
  })

  it('ends with a beat that stands still, with an item that cannot be read, and with an abort', () => {
    const still = lease()
    for (let ms = 0; ms < 30; ms += 10) expect(still.seen({ beat: 1 }, ms)).toBeUndefined()
    expect(still.seen({ beat: 1 }, 30)?.state).toBe('lease lost')
    const unreadable = lease()
    expect(unreadable.seen(undefined, 14)).toBeUndefined()
    expect(unreadable.seen(undefined, 15)?.state).toBe('lease lost')
    expect(lease().seen({ beat: 1, abort: 'Ctrl-C' }, 1)).toEqual({ state: 'aborted', reason: 'Ctrl-C' })
  })
})
