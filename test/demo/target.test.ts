import { describe, expect, it } from 'vitest'
import { ConnectionPool, TokenBucket } from '../../lib/demo/backend.ts'
import { startTarget } from '../../lib/demo/target.ts'

describe('the sample target', () => {
  it('answers, asks for a token where one is needed, and counts what it has seen', async () => {
    const target = await startTarget({ port: 0, fault: 'none', random: () => 0.5 })
    try {
      expect((await fetch(`${target.url}/health`)).status).toBe(200)
      expect((await fetch(`${target.url}/me`)).status).toBe(401)
      const login = await fetch(`${target.url}/login`, { method: 'POST', body: '{"user":"a","password":"b"}' })
      const { access_token } = (await login.json()) as { access_token: string }
      const me = await fetch(`${target.url}/me`, { headers: { authorization: `Bearer ${access_token}` } })
      expect(me.status).toBe(200)
      expect((await fetch(`${target.url}/nowhere`)).status).toBe(404)
      expect(Object.fromEntries(target.seen)).toEqual({ 'GET /health': 1, 'GET /me': 2, 'POST /login': 1, other: 1 })
      const stats = (await (await fetch(`${target.url}/stats`)).json()) as { seen: Record<string, number> }
      expect(stats.seen['GET /me']).toBe(2)
    } finally {
      await target.close()
    }
  })

  it('turns away what is above its limit of requests, and says when to come again', async () => {
    const target = await startTarget({ port: 0, fault: 'ratelimit', random: () => 0.5 })
    try {
      const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(`${target.url}/health`)))
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThan(5)
      expect(refused[0]?.headers.get('retry-after')).toBe('1')
    } finally {
      await target.close()
    }
  })
})

describe('its connection pool', () => {
  it('lets in as many as it has places, then those who wait in order, and gives up on time', async () => {
    const pool = new ConnectionPool(2, 20)
    expect(await pool.acquire()).toBe(true)
    expect(await pool.acquire()).toBe(true)
    expect(await pool.acquire()).toBe(false)
    const third = pool.acquire()
    pool.release()
    expect(await third).toBe(true)
  })
})

describe('its token bucket', () => {
  it('allows a burst of one second, then its rate', () => {
    const bucket = new TokenBucket(10, 0)
    expect(Array.from({ length: 12 }, () => bucket.allow(0)).filter(Boolean)).toHaveLength(10)
    expect(bucket.allow(50)).toBe(false)
    expect(bucket.allow(150)).toBe(true)
  })
})
