import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { monotonicClock } from '../../lib/generate/clock.ts'
import type { Control } from '../../lib/generate/control-watch.ts'
import { httpDispatchers } from '../../lib/generate/http-dispatchers.ts'
import { runShard } from '../../lib/generate/run-shard.ts'
import type { ShardPorts } from '../../lib/generate/shard-ports.ts'
import { Measurements } from '../../lib/measure/measurements.ts'
import type { ShardResult } from '../../lib/measure/shard-result.ts'
import { sliceRows } from '../../lib/plan/data-rows.ts'
import { dataSlice } from '../../lib/plan/data-slice.ts'
import { makePlan } from '../../lib/plan/make-plan.ts'
import type { Plan } from '../../lib/plan/plan.ts'
import { type Check, parseCheck } from '../../lib/scenario/check.ts'
import type { DataRow, DataSet } from '../../lib/scenario/data-set.ts'
import type { Parsed } from '../../lib/scenario/grammar-error.ts'
import type { JsonValue } from '../../lib/scenario/json.ts'
import type { ClosedPhase, IterationsPhase, LoadPhase, OpenPhase } from '../../lib/scenario/load-phase.ts'
import { parseSave } from '../../lib/scenario/save.ts'
import type { Flow, Scenario } from '../../lib/scenario/scenario.ts'
import type { RequestStep, Step } from '../../lib/scenario/step.ts'
import { type Expression, parseExpression, parseJsonTemplate, parseTemplate } from '../../lib/scenario/template.ts'

export type Seen = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly atMs: number
}

export type Target = { readonly url: string; readonly seen: Seen[]; urls(): string[] }

/** A real server on loopback that keeps what it saw; it ends with the test. */
export async function target(
  answer: (request: Seen, response: ServerResponse, raw: IncomingMessage) => void = (_, response) => response.end('ok'),
): Promise<Target> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString(), atMs: performance.now() }
      seen.push(one)
      answer(one, response, request)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, seen, urls: () => seen.map(each => `${each.method} ${each.url}`) }
}

export function must<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.value
}

export const template = (text: string) => must(parseTemplate(text))
export const json = (value: JsonValue) => must(parseJsonTemplate(value))
export const expression = (text: string): Expression => must(parseExpression(text))

export type RequestOptions = Partial<Omit<RequestStep, 'kind' | 'checks' | 'saves' | 'headers'>> & {
  readonly check?: readonly string[]
  readonly save?: Readonly<Record<string, string>>
  readonly head?: Readonly<Record<string, string>>
}

export function request(method: string, url: string, options: RequestOptions = {}): RequestStep {
  const { check = [], save = {}, head = {}, ...rest } = options
  return {
    kind: 'request',
    name: `${method} ${url.split('?')[0]?.replace(/\{\{\s*(.*?)\s*\}\}/g, '{$1}')}`,
    method,
    url: template(url),
    query: [],
    headers: Object.entries(head).map(([name, value]) => [name, template(value)] as const),
    timeoutMs: 5000,
    redirects: 10,
    checks: check.map((text): Check => must(parseCheck(text))),
    saves: Object.entries(save).map(([name, text]) => must(parseSave(name, text))),
    ...rest,
  }
}

export const get = (url: string, options: RequestOptions = {}) => request('GET', url, options)
export const think = (ms: number): Step => ({ kind: 'think', delay: { kind: 'fixed', ms } })

export function when(condition: string, yes: readonly Step[], no: readonly Step[]): Step {
  // biome-ignore lint/suspicious/noThenProperty: the scenario language's own key; nothing awaits a step.
  return { kind: 'when', condition: expression(condition), then: yes, else: no }
}

export const open = (ratePerSecond: number, durationMs: number, more: Partial<OpenPhase> = {}): OpenPhase => ({
  kind: 'open',
  name: '1',
  text: `rate ${ratePerSecond}/s`,
  warmup: false,
  fromPerSecond: ratePerSecond,
  toPerSecond: ratePerSecond,
  durationMs,
  arrivals: 'even',
  connections: 'reuse',
  ...more,
})

export const closed = (users: number, durationMs: number, more: Partial<ClosedPhase> = {}): ClosedPhase => ({
  kind: 'closed',
  name: '1',
  text: `users ${users}`,
  warmup: false,
  fromUsers: 0,
  toUsers: users,
  rampMs: 0,
  durationMs,
  ...more,
})

export const iterations = (count: number, users: number, more: Partial<IterationsPhase> = {}): IterationsPhase => ({
  kind: 'iterations',
  name: '1',
  text: `iterations ${count}`,
  warmup: false,
  iterations: count,
  each: false,
  users,
  withinMs: 10_000,
  ...more,
})

export type FlowOptions = { readonly name?: string; readonly weight?: number; readonly start?: readonly Step[] }

export function flow(steps: readonly Step[], { name = 'main', weight = 1, start = [] }: FlowOptions = {}): Flow {
  return { name, weight, start, steps }
}

export function scenario(
  url: string,
  phases: readonly LoadPhase[],
  flows: readonly Flow[],
  more: Partial<Scenario> = {},
): Scenario {
  return {
    schema: 'squall.scenario.v1',
    name: 'test',
    target: url,
    labels: {},
    vars: {},
    env: {},
    secrets: [],
    http: {
      timeoutMs: 5000,
      connectTimeoutMs: 2000,
      redirects: 10,
      keepAlive: true,
      version: '1.1',
      connections: 'per-user',
      tls: { insecure: false },
    },
    tracks: [{ name: 'main', flows: flows.map(({ name, weight }) => ({ flow: name, weight })), mix: 'user', phases }],
    drainMs: 2000,
    data: [],
    flows,
    before: [],
    after: [],
    thresholds: [],
    strict: false,
    ...more,
  }
}

export type RunOptions = {
  readonly shards?: number
  readonly rows?: Readonly<Record<string, readonly DataRow[]>>
  readonly ports?: Partial<ShardPorts>
  readonly plan?: Partial<Plan>
  readonly seed?: number
}

export type Outcome = {
  readonly plan: Plan
  readonly measurements: Measurements
  readonly shards: readonly ShardResult[]
}

/** Runs all shards and legs of a scenario at once in this process, from one start, and merges what they measured. */
export async function run(wanted: Scenario, options: RunOptions = {}): Promise<Outcome> {
  const shardCount = options.shards ?? 1
  const seed = options.seed ?? 7
  const made = makePlan({ scenario: wanted, runId: 'r', scenarioHash: 'h', seed, shardCount, nowMs: 0, local: true })
  const plan = { ...made, ...options.plan }
  const startUs = monotonicClock.nowUs() + 30_000
  const shards = await Promise.all(
    plan.legs.flatMap(({ number: leg }) =>
      Array.from({ length: shardCount }, (_, shard) =>
        runShard(plan, leg, shard, ports(plan, leg, shard, startUs, options)),
      ),
    ),
  )
  const measurements = new Measurements(plan)
  for (const result of shards) measurements.add(result.measurements)
  return { plan, measurements, shards }
}

function ports(plan: Plan, leg: number, shard: number, startUs: number, options: RunOptions): ShardPorts {
  let beat = 0
  return {
    clock: monotonicClock,
    dispatchers: httpDispatchers(plan.scenario.http, plan.scenario.target),
    slices: plan.scenario.data.map(set =>
      dataSlice(set.name, sliceRows(plan, set, shard, leg), options.rows?.[set.name] ?? []),
    ),
    files: new Map(),
    before: {},
    secrets: {},
    awaitStart: async () => startUs,
    control: { read: async (): Promise<Control> => ({ beat: beat++ }) },
    snapshot: async () => {},
    ...options.ports,
  }
}

export function dataSet(name: string, rows: readonly DataRow[], more: Partial<DataSet> = {}): DataSet {
  return {
    name,
    columns: Object.keys(rows[0] ?? {}),
    rowCount: rows.length,
    take: 'repeat',
    per: 'iteration',
    ...more,
  }
}

/** Counts of one request name over all phases. */
export function totals({ plan, measurements }: Outcome, name: string) {
  const request = plan.requestNames.indexOf(name)
  let count = 0
  let failures = 0
  let retried = 0
  for (const phase of plan.phases) {
    const figures = measurements.figures(phase.index, request)
    count += figures?.count ?? 0
    failures += figures?.failures ?? 0
    retried += figures?.retried ?? 0
  }
  return { count, failures, retried }
}
