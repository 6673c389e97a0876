import type { ServerResponse } from 'node:http'
import { describe, expect } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import { type RecordingServer, type Seen, tally } from './recording-server.ts'
import { it, type Shell } from './shell.ts'

const generatorCounts = [1, 2, 5] as const
const rowCount = 200

/** The name under which Squall counts a request of this scenario, and how the server answers it. */
const routes: readonly { readonly name: string; readonly path: RegExp; readonly status: (request: Seen) => number }[] =
  [
    { name: 'POST /orders', path: /^\/orders$/, status: () => 201 },
    { name: 'GET /orders/{number}', path: /^\/orders\/\d+$/, status: () => 200 },
    { name: 'GET /products/{randomInt(1, 500)}', path: /^\/products\/\d+$/, status: ({ url }) => statusOf(url) },
    { name: 'PUT /stock', path: /^\/stock$/, status: ({ body }) => (JSON.parse(body).amount > 60 ? 503 : 200) },
  ]
const statusOf = (url: string) => (Number(url.slice('/products/'.length)) % 4 === 0 ? 404 : 200)
const answerBytes = 400

function routeOf({ url }: Seen) {
  const route = routes.find(({ path }) => path.test(url))
  if (route === undefined) throw new Error(`no such route: ${url}`)
  return route
}

function answer(request: Seen, response: ServerResponse): void {
  response.writeHead(routeOf(request).status(request), { 'content-length': answerBytes })
  response.end('x'.repeat(answerBytes))
}

function scenario(url: string, load: string): string {
  return `
target: ${url}
load:
${load}
data:
  account:
    file: accounts.csv
    take: once
flows:
  buy:
    weight: 5
    steps:
      - set: { number: "{{ randomInt(1, 9) }}" }
      - post: /orders
        json: { account: "{{ account.email }}", item: "{{ randomInt(1, 1000) }}", id: "{{ uuid() }}" }
        check: status is 201
      - get: "/orders/{{ number }}"
      - think: 10ms..30ms
  browse:
    weight: 3
    steps:
      - get: "/products/{{ randomInt(1, 500) }}"
      - think: 20ms
  stock:
    weight: 2
    steps:
      - put: /stock
        json: { amount: "{{ randomInt(1, 100) }}", id: "{{ uuid() }}" }
      - think: 20ms
thresholds:
  - errors < 50%
`
}

const rows = Array.from({ length: rowCount }, (_, row) => `user${row}@example.test`)
const csv = ['email', ...rows, ''].join('\n')

type Outcome = { readonly report: Report; readonly server: RecordingServer }

async function runWith(shell: Shell, generators: number, load: string): Promise<Outcome> {
  const server = await shell.server(answer)
  shell.write('accounts.csv', csv)
  shell.write('shop.yml', scenario(server.url, load))
  const { report } = await shell.run(['shop.yml', '--generators', `${generators}`, '--seed', '20'])
  return { report, server }
}

const requestLines = ({ server }: Outcome) =>
  server.seen.map(({ method, url, body }) => `${method} ${url} ${body}`).sort()

const accountsUsed = ({ server }: Outcome) =>
  server.seen.filter(({ url }) => url === '/orders').map(({ body }) => String(JSON.parse(body).account))

/** Every count that both know is the same, for each request name, over all phases of the run. */
function expectReconciled({ report, server }: Outcome): void {
  const squallCounts: Record<string, { count: number; failures: number; statuses: Record<string, number> }> = {}
  let received = 0
  let sent = 0
  for (const { total, requests } of report.phases) {
    received += total.bytesReceived
    sent += total.bytesSent
    for (const { name, count, failures, statuses } of requests) {
      squallCounts[name] ??= { count: 0, failures: 0, statuses: {} }
      const sum = squallCounts[name]
      sum.count += count
      sum.failures += failures
      for (const [status, times] of Object.entries(statuses)) sum.statuses[status] = (sum.statuses[status] ?? 0) + times
    }
  }
  const serverCounts = Object.fromEntries(
    routes.map(route => {
      const statuses = server.seen.filter(one => routeOf(one) === route).map(one => route.status(one))
      const failures = statuses.filter(status => status >= 400).length
      return [route.name, { count: statuses.length, failures, statuses: tally(statuses.map(String)) }]
    }),
  )
  expect(squallCounts).toEqual(serverCounts)
  expect(report.interrupted).toBe(0)
  expect(report.lost).toEqual([])

  const requests = server.seen.length
  const bodies = server.seen.reduce((sum, { body }) => sum + body.length, 0)
  // Heads are some dozens of bytes to a few hundred each.
  expect(received).toBeGreaterThan(requests * (answerBytes + 40))
  expect(received).toBeLessThan(requests * (answerBytes + 400))
  expect(sent).toBeGreaterThan(bodies + requests * 40)
  expect(sent).toBeLessThan(bodies + requests * 500)
}

// The pause is for a busy machine, on which a generator that is late at the start would rightly miss arrivals.
describe('one plan, whatever the number of generators', () => {
  it.for<[string, string, number]>([
    [
      'open, even',
      '  - { pause: 1s }\n  - { rate: 60/s, for: 1s, warmup: true }\n  - { rate: 20/s -> 100/s, for: 2s }',
      180,
    ],
    ['open, poisson', '  - { pause: 1s }\n  - { rate: 90/s, for: 2s, arrivals: poisson }', 180],
    ['iterations shared', '  - { iterations: 150, users: 10 }', 150],
  ])(
    '%s: the server sees the same requests, each row once, and the counts agree',
    async ([, load, iterations], { openShell }) => {
      const outcomes = await Promise.all(generatorCounts.map(generators => runWith(openShell(), generators, load)))
      const [one] = outcomes
      if (one === undefined) throw new Error('no run')
      expect(one.server.seen.length).toBeGreaterThan(iterations)
      for (const outcome of outcomes) {
        expectReconciled(outcome)
        expect(requestLines(outcome)).toEqual(requestLines(one))
        const used = accountsUsed(outcome)
        expect(new Set(used).size).toBe(used.length)
        // The rows that are used are the first ones, with no gap.
        expect(new Set(used)).toEqual(new Set(rows.slice(0, used.length)))
        const { arrivals, phases, flows } = outcome.report
        expect(arrivals).toMatchObject({ planned: arrivals.started, missed: 0, missedBy: {} })
        const warmup = phases.filter(phase => phase.warmup).length > 0 ? 60 : 0
        expect(arrivals.planned).toBe(iterations - warmup)
        expect(flows.reduce((sum, flow) => sum + flow.iterations, 0)).toBe(iterations - warmup)
      }
    },
  )

  it('closed: the counts agree, and no row is used twice', async ({ openShell }) => {
    const load =
      '  - { users: 0 -> 10, for: 500ms, warmup: true }\n  - { users: 10, for: 1s }\n  - { users: 4, for: 500ms }'
    const outcomes = await Promise.all(
      generatorCounts.map(generators =>
        runWith(openShell(), generators, load.replace('10, for: 1s', '10, for: 1s, name: full')),
      ),
    )
    for (const outcome of outcomes) {
      expect(outcome.server.seen.length).toBeGreaterThan(20)
      expectReconciled(outcome)
      const used = accountsUsed(outcome)
      expect(used.length).toBeGreaterThan(5)
      expect(new Set(used).size).toBe(used.length)
      expect(used.filter(account => !rows.includes(account))).toEqual([])
    }
  })
})
