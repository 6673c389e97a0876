import { describe, expect, it } from 'vitest'
import { closed, dataSet, flow, get, iterations, open, run, scenario, target, think, totals } from './engine-fixture.ts'

const sorted = (texts: readonly string[]) => [...texts].sort()

describe('open phases', () => {
  it.each(['even', 'poisson'] as const)('send every %s arrival once, for 1, 2 and 5 shards', async arrivals => {
    const sent: string[][] = []
    for (const shards of [1, 2, 5]) {
      const server = await target()
      const steps = [get('/a?i={{ iteration }}&r={{ randomInt(1, 1000000) }}')]
      const outcome = await run(scenario(server.url, [open(200, 500, { arrivals })], [flow(steps)]), { shards })
      expect(totals(outcome, 'GET /a')).toMatchObject({ count: 100, failures: 0 })
      expect(outcome.measurements.arrivals(0)).toMatchObject({ started: 100, missed: 0 })
      expect(outcome.measurements.flowFigures(0, 0)?.iterations).toBe(100)
      sent.push(sorted(server.urls()))
    }
    expect(new Set(sent[0]).size).toBe(100)
    expect(sent[1]).toEqual(sent[0])
    expect(sent[2]).toEqual(sent[0])
  })

  it('share iterations by weight, the same flows for any number of shards', async () => {
    const flows = [
      flow([get('/browse?{{ iteration }}')], { name: 'browse', weight: 73 }),
      flow([get('/member?{{ iteration }}')], { name: 'member', weight: 18 }),
      flow([get('/admin?{{ iteration }}')], { name: 'admin', weight: 9 }),
    ]
    const sent: string[][] = []
    for (const shards of [1, 3]) {
      const server = await target()
      const outcome = await run(scenario(server.url, [open(400, 500)], flows), { shards })
      const share = (name: string) => totals(outcome, name).count / 200
      expect(Math.abs(share('GET /browse') - 0.73)).toBeLessThan(0.01)
      expect(Math.abs(share('GET /member') - 0.18)).toBeLessThan(0.01)
      sent.push(sorted(server.urls()))
    }
    expect(sent[1]).toEqual(sent[0])
  })

  it('use each `once` row for one iteration only, and miss what has none', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({ id: `${i}` }))
    for (const shards of [1, 2, 5]) {
      const server = await target()
      const wanted = scenario(server.url, [open(100, 400)], [flow([get('/u/{{ user.id }}')])], {
        data: [dataSet('user', rows, { take: 'once' })],
      })
      const outcome = await run(wanted, { shards, rows: { user: rows } })
      expect(sorted(server.urls())).toEqual(sorted(rows.map(row => `GET /u/${row.id}`)))
      expect(outcome.measurements.arrivals(0)?.missedBy).toEqual({ late: 0, maxUsers: 0, data: 10, time: 0 })
    }
  })

  it('miss what finds no user free, and say so', async () => {
    const server = await target((_, response) => setTimeout(() => response.end('ok'), 400))
    const phases = [open(50, 200, { maxUsers: 3 })]
    const { measurements } = await run(scenario(server.url, phases, [flow([get('/')])]))
    expect(server.seen).toHaveLength(3)
    expect(measurements.arrivals(0)?.missedBy.maxUsers).toBe(7)
    expect(measurements.arrivals(0)?.started).toBe(3)
  })

  it('begin each arrival as a new user: its own `start`, no cookies, no values', async () => {
    const server = await target((_, response) => response.setHeader('set-cookie', 'a=1').end('{"t":7}'))
    const steps = [get('/me?t={{ token }}')]
    const start = [get('/login', { save: { token: 'json $.t' } })]
    const phases = [open(10, 500, { maxUsers: 1 })]
    const { measurements } = await run(scenario(server.url, phases, [flow(steps, { start })]))
    const started = measurements.arrivals(0)?.started ?? 0
    expect(started).toBeGreaterThan(1)
    const logins = server.seen.filter(each => each.url === '/login')
    expect(logins).toHaveLength(started)
    expect(logins.every(each => each.headers.cookie === undefined)).toBe(true)
    const calls = server.seen.filter(each => each.url === '/me?t=7')
    expect(calls).toHaveLength(started)
    expect(calls.every(each => each.headers.cookie === 'a=1')).toBe(true)
  })

  it('open a connection for each arrival where the scenario asks for it', async () => {
    for (const connections of ['reuse', 'fresh'] as const) {
      const sockets = new Set<unknown>()
      const server = await target((_, response, raw) => {
        sockets.add(raw.socket.remotePort)
        response.end('ok')
      })
      await run(scenario(server.url, [open(10, 500, { connections, maxUsers: 1 })], [flow([get('/')])]))
      expect(server.seen.length).toBeGreaterThan(1)
      expect(sockets.size).toBe(connections === 'fresh' ? server.seen.length : 1)
    }
  })

  it('miss what was due before a generator was ready, and send no burst', async () => {
    const server = await target()
    const late = performance.now() * 1000 - 500_000
    const wanted = scenario(server.url, [open(100, 1000)], [flow([get('/')])])
    const { measurements } = await run(wanted, { ports: { awaitStart: async () => late } })
    const arrivals = measurements.arrivals(0)
    expect(arrivals?.missedBy.late).toBeGreaterThanOrEqual(50)
    expect((arrivals?.missedBy.late ?? 0) + (arrivals?.started ?? 0)).toBe(100)
    expect(server.seen).toHaveLength(arrivals?.started ?? -1)
  })
})

describe('closed phases', () => {
  it('keep each user going, count what the server saw, and run `start` once a user', async () => {
    const server = await target((_, response) => setTimeout(() => response.end('{"t":"x"}'), 5))
    const start = [get('/login?vu={{ vu }}', { save: { token: 'json $.t' } })]
    const steps = [get('/a?t={{ token }}'), think(10), get('/b')]
    for (const shards of [1, 2]) {
      server.seen.length = 0
      const wanted = scenario(server.url, [closed(6, 400)], [flow(steps, { start })])
      const outcome = await run(wanted, { shards })
      const count = (path: string) => server.seen.filter(each => each.url === path).length
      expect(totals(outcome, 'GET /a').count).toBe(count('/a?t=x'))
      expect(totals(outcome, 'GET /b').count).toBe(count('/b'))
      expect(totals(outcome, 'GET /login').count).toBe(6)
      expect(sorted(server.urls()).filter(url => url.includes('login'))).toEqual(
        [1, 2, 3, 4, 5, 6].map(vu => `GET /login?vu=${vu}`),
      )
      const iterations = outcome.measurements.flowFigures(0, 0)?.iterations ?? 0
      expect(iterations).toBe(outcome.measurements.arrivals(0)?.started)
      expect(iterations).toBe(count('/b'))
      expect(iterations).toBeGreaterThan(30)
      expect(outcome.measurements.interrupted).toBe(0)
    }
  })

  it('give users a flow each by weight, and keep it', async () => {
    const server = await target((_, response) => setTimeout(() => response.end('ok'), 5))
    const flows = [
      flow([get('/one?{{ vu }}')], { name: 'one', weight: 3 }),
      flow([get('/two?{{ vu }}')], { name: 'two', weight: 1 }),
    ]
    await run(scenario(server.url, [closed(8, 200)], flows))
    expect(new Set(server.urls()).size).toBe(8)
    expect(new Set(server.urls().filter(url => url.includes('one'))).size).toBe(6)
  })

  it('stop users for which no row is left', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => ({ id: `${i}` }))
    for (const shards of [1, 2]) {
      const server = await target()
      const wanted = scenario(server.url, [closed(3, 500)], [flow([get('/{{ row.id }}')])], {
        data: [dataSet('row', rows, { take: 'once' })],
      })
      const { measurements } = await run(wanted, { shards, rows: { row: rows } })
      expect(sorted(server.urls())).toEqual(['GET /0', 'GET /1', 'GET /2', 'GET /3', 'GET /4'])
      expect(measurements.arrivals(0)?.missedBy.data).toBe(3)
    }
  })

  it('an iteration that sends nothing does not stop the others', async () => {
    const server = await target()
    const steps = [get('/{{ vars.absent }}')]
    const outcome = await run(scenario(server.url, [closed(2, 200)], [flow(steps)]))
    const { count, failures } = totals(outcome, 'GET /{vars.absent}')
    expect(server.seen).toHaveLength(0)
    // One failure a user: who was cut short pauses, and the load is over before.
    expect(count).toBe(2)
    expect(failures).toBe(count)
    const figures = outcome.measurements.figures(0, 0)
    expect([...(figures?.errors.byKind.keys() ?? [])]).toEqual(['template'])
    expect(outcome.measurements.flowFigures(0, 0)?.failures).toBe(count)
  })
})

describe('iterations', () => {
  it('shared: each once, by whoever is free', async () => {
    for (const shards of [1, 2, 5]) {
      const server = await target()
      const wanted = scenario(server.url, [iterations(37, 4)], [flow([get('/{{ iteration }}')])])
      const { measurements } = await run(wanted, { shards })
      expect(sorted(server.urls())).toEqual(sorted(Array.from({ length: 37 }, (_, i) => `GET /${i}`)))
      expect(measurements.arrivals(0)).toMatchObject({ started: 37, missed: 0 })
    }
  })

  it('tell the lateness of all starts, not of the users’ first ones alone', async () => {
    const server = await target()
    const { shards } = await run(scenario(server.url, [iterations(37, 4)], [flow([get('/')])]), { shards: 2 })
    expect(shards.reduce((sum, { health }) => sum + health.lateness.count, 0)).toBe(37)
  })

  it('each: so many a user', async () => {
    const server = await target()
    const phases = [iterations(5, 3, { each: true })]
    await run(scenario(server.url, phases, [flow([get('/{{ vu }}')])]), { shards: 2 })
    const perUser = [1, 2, 3].map(vu => server.urls().filter(url => url === `GET /${vu}`).length)
    expect(perUser).toEqual([5, 5, 5])
  })

  it('what is left when the time is over is missed', async () => {
    const server = await target((_, response) => setTimeout(() => response.end('ok'), 60))
    const phases = [iterations(100, 2, { withinMs: 300 })]
    const { measurements } = await run(scenario(server.url, phases, [flow([get('/')])]))
    const arrivals = measurements.arrivals(0)
    expect(arrivals?.started).toBe(server.seen.length)
    expect(arrivals?.missedBy.time).toBe(100 - server.seen.length)
    expect(server.seen.length).toBeLessThan(20)
  })
})

it('tracks run beside each other', async () => {
  const server = await target()
  const health = flow([get('/health')], { name: 'health' })
  const main = flow([get('/main')])
  const wanted = scenario(server.url, [open(100, 300)], [main], { flows: [main, health] })
  const tracks = [
    ...wanted.tracks,
    { name: 'health', flows: [{ flow: 'health', weight: 1 }], mix: 'user' as const, phases: [open(20, 300)] },
  ]
  const outcome = await run({ ...wanted, tracks }, { shards: 2 })
  expect(totals(outcome, 'GET /main').count).toBe(30)
  expect(totals(outcome, 'GET /health').count).toBe(6)
  expect(server.seen).toHaveLength(36)
})

describe('legs', () => {
  const invokeAt = '2026-01-01T00:00:00Z'
  const legs = [
    { number: 0, fromMs: 0, toMs: 300, invokeAt },
    { number: 1, fromMs: 300, toMs: 600, invokeAt },
    { number: 2, fromMs: 600, toMs: 900, invokeAt },
  ]

  it('send each arrival once between them', async () => {
    const server = await target()
    const wanted = scenario(server.url, [open(200, 900)], [flow([get('/{{ iteration }}')])])
    const outcome = await run(wanted, { shards: 2, plan: { legs, changeMs: 100 } })
    expect(sorted(server.urls())).toEqual(sorted(Array.from({ length: 180 }, (_, i) => `GET /${i}`)))
    expect(outcome.measurements.arrivals(0)).toMatchObject({ started: 180, missed: 0 })
    expect(outcome.shards.map(each => each.measurements.arrivals(0)?.started ?? 0).every(count => count > 0)).toBe(true)
  })

  it('hand users over: each begins anew in the next leg', async () => {
    const server = await target((_, response) => setTimeout(() => response.end('ok'), 10))
    const start = [get('/start?{{ vu }}')]
    const wanted = scenario(server.url, [closed(4, 900)], [flow([get('/a')], { start })])
    const outcome = await run(wanted, { shards: 2, plan: { legs, changeMs: 100 } })
    const starts = server.urls().filter(url => url.includes('start'))
    expect(sorted(starts)).toEqual(sorted([1, 2, 3, 4].flatMap(vu => Array(3).fill(`GET /start?${vu}`))))
    expect(totals(outcome, 'GET /a').count).toBe(server.seen.length - 12)
  })
})
