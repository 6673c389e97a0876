import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { printScenario } from '../../lib/scenario/print-scenario.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { editorSchema, languageReference } from '../../lib/scenario/reference.ts'
import { scenarioSchema } from '../../lib/scenario/schema-scenario.ts'
import type { RequestStep, Step } from '../../lib/scenario/step.ts'
import { scenario } from '../../lib/scenario/typed-scenario.ts'
import { scenarioFromUrl, scenarioText } from '../../lib/scenario/url-scenario.ts'
import { context, faultsOf, read, scenarioOf } from './reading-context.ts'

const small = 'target: http://h\nsteps: [get: /health]\n'

const large = `
squall: 1
name: checkout
target: "{{ env.HOST or 'http://127.0.0.1:8080' }}"
x-headers: &common { x-a: one }
vars: { peak: 500/s, hold: 5m, ids: [1, 2] }
labels: { team: payments }
environments:
  staging: { target: https://staging.example.test/api, vars: { peak: 50/s }, http: { headers: { X-B: two } } }
http: { timeout: 10s, headers: { accept: application/json, x-b: one } }
include: [auth.yml]
load:
  - { users: 0 -> 100, for: 20s, warmup: true }
  - { name: steady, users: 100, for: $hold }
  - { users: 1000, spawn: 100/s, for: 2m }
  - { pause: 10s }
  - { rate: 50/s -> $peak, for: 1m, arrivals: poisson, maxUsers: 500, connections: fresh }
data:
  account: { file: accounts.csv, take: once, per: user }
  color: { rows: [{ name: red }, { name: blue }] }
before:
  - post: /setup
    save: { run: json $.id }
after: [delete: "/setup/{{ run }}"]
flows:
  browse:
    weight: 73
    steps:
      - get: /products?sort=name
        headers: { <<: *common }
        query: { page: 1, tag: [a, b] }
        check: |
          status is 200
          time < 500ms
        save: { product: "any json $.items[*].id or 'none'" }
      - think: 1s..3s
      - think: 2s +- 500ms
      - get: "/products/{{ product }}"
        when: response.status == 200
      - each: id in vars.ids
        steps: [get: "/x/{{ id }}"]
      - repeat: 3
        until: response.status == 404
        steps: [get: "https://other.test/y"]
  member:
    weight: 18
    start: [use: login]
    steps:
      - group: pay
        steps:
          - set: { n: "{{ randomInt(1, 5) }}", deep: { c: "{{ color.name }}", d: [1, null, true] } }
          - when: n > 2
            then:
              - post: /cart
                json: { id: "{{ n }}", user: "{{ account.email }}", run: "{{ run }}" }
                retry: { on: [429, ECONNRESET], times: 2, wait: 500ms }
                bearer: "{{ run }}"
            else:
              - put: /form
                form: { a: 1, b: "{{ color.name }}" }
                basic: user:password
      - post: /upload
        multipart:
          - operations: { json: { query: "{{ n }}" } }
          - "0": { file: photo.png, type: image/png }
          - note: hello
      - graphql: /graphql
        query: "query Me { me { id } }"
        variables: { a: 1 }
      - put: /raw
        file: photo.png
      - post: /text
        body: "hello {{ n }}"
        timeout: 1s
        redirects: 0
  health:
    load: [{ rate: 1/s, for: 8m }]
    steps: [get: /health]
thresholds:
  - p95 < 2s
  - GET /products: p99 < 400ms
  - GET /products:
      - p50 < 1s
      - failed p95 < 5s
  - phase steady: throughput > 30/s
  - flow member: errors < 5%
  - status 429 = 0
  - p99 < 1s every 10s after 30s or abort
budget: 2.00 USD
seed: 7
mix: iteration
`

function requests(steps: readonly Step[]): readonly RequestStep[] {
  return steps.flatMap(step => {
    if (step.kind === 'request') return [step]
    if (step.kind === 'when') return [...requests(step.then), ...requests(step.else)]
    return 'steps' in step ? requests(step.steps) : []
  })
}

describe('a scenario', () => {
  test('of two lines is one user, once, with a limit on errors', () => {
    const { scenario: found } = scenarioOf(small)
    expect(found.tracks).toMatchObject([
      { name: 'main', phases: [{ kind: 'iterations', iterations: 1, users: 1, withinMs: 600_000 }] },
    ])
    expect(found.thresholds).toMatchObject([{ text: 'errors < 1%', default: true }])
    expect(found.http).toMatchObject({ timeoutMs: 30_000, connectTimeoutMs: 10_000, redirects: 10, keepAlive: true })
    expect(found).toMatchObject({ name: 's', drainMs: 30_000, strict: false })
  })

  test('keeps what was written', () => {
    const { scenario: found, attachments } = scenarioOf(large)
    expect(found.target).toBe('http://127.0.0.1:9')
    expect(found.env).toEqual({ HOST: 'http://127.0.0.1:9' })
    expect(found.tracks[0]?.phases.map(phase => phase.text)).toEqual([
      'users 0 -> 100 for 20s',
      'users 100 for 5m',
      'users 1000, spawned at 100/s, for 2m',
      'pause 10s',
      'rate 50/s -> 500/s for 1m, poisson',
    ])
    expect(found.tracks[0]?.phases[2]).toMatchObject({ fromUsers: 100, toUsers: 1000, rampMs: 9000 })
    expect(found.tracks.map(track => track.name)).toEqual(['main', 'health'])
    expect(found.data.map(set => [set.name, set.rowCount, set.columns])).toEqual([
      ['account', 2, ['email', 'password']],
      ['color', 2, ['name']],
    ])
    expect(attachments.files.has('photo.png')).toBe(true)
    expect(found.thresholds).toHaveLength(9)
    expect(found).toMatchObject({ budgetUsd: 2, seed: 7 })
  })

  test('names its requests by method and path as written', () => {
    const { scenario: found } = scenarioOf(large)
    const names = found.flows.flatMap(flow => requests([...flow.start, ...flow.steps]).map(step => step.name))
    expect(names).toEqual([
      'GET /products',
      'GET /products/{product}',
      'GET /x/{id}',
      'GET other.test/y',
      'POST /login',
      'POST /cart',
      'PUT /form',
      'POST /upload',
      'Me',
      'PUT /raw',
      'POST /text',
      'GET /health',
    ])
  })

  test('merges headers: a step wins over http, http over the defaults', () => {
    const text =
      'target: http://h\nhttp: { headers: { User-Agent: me, a: one, b: one } }\nsteps:\n  - post: /\n    json: {}\n    headers: { B: two }\n'
    const [step] = requests(scenarioOf(text).scenario.flows[0]?.steps ?? [])
    expect(Object.fromEntries((step?.headers ?? []).map(([name, value]) => [name, value.text]))).toEqual({
      'content-type': 'application/json',
      'user-agent': 'me',
      'accept-encoding': 'gzip, br',
      a: 'one',
      b: 'two',
    })
  })

  test('may hold }} and spaces inside a text of an expression', () => {
    const { scenario } = scenarioOf(`target: http://h\nsteps: [{ get: '/a/{{ "x }} y" }}' }]\n`)
    expect(scenario.flows[0]?.steps[0]).toMatchObject({ url: { parts: ['/a/', { expression: '"x }} y"' }] } })
  })

  test('is the same when its printed form is read', () => {
    const first = scenarioOf(large)
    const printed = printScenario(first.scenario, first.attachments)
    const again = scenarioOf(printed)
    expect(again.scenario.flows).toEqual(first.scenario.flows)
    expect(again.scenario.tracks).toEqual(first.scenario.tracks)
    expect({ ...again.scenario, env: first.scenario.env }).toEqual(first.scenario)
    expect(again.attachments.rows).toEqual(first.attachments.rows)
    expect(printScenario(again.scenario, again.attachments)).toBe(printed)
  })

  test('is the same as YAML, as JSON and as an object', () => {
    const object: unknown = parse(large, { merge: true })
    const file = readScenario({ file: 's.json', text: JSON.stringify(object) }, context())
    const code = readScenario({ object, file: 's.ts' }, context())
    expect(file).toEqual(code)
    expect(code.ok && code.value.scenario).toEqual(scenarioOf(large).scenario)
  })

  test('is accepted by the zod schema and by the JSON Schema of editors', () => {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(editorSchema()))
    for (const text of [small, large]) {
      const object: unknown = parse(text, { merge: true })
      expect(validate(object), JSON.stringify(validate.errors)).toBe(true)
      const known = Object.fromEntries(Object.entries(object as object).filter(([key]) => !key.startsWith('x-')))
      expect(scenarioSchema.safeParse(known).error?.issues).toBeUndefined()
    }
    expect(validate({ taget: 'http://h' })).toBe(false)
    expect(validate({ target: 'http://h', steps: [{ get: '/', timeout: '5 m' }] })).toBe(false)
    expect(validate({ target: 'http://h', steps: [{ get: '/', post: '/' }] })).toBe(false)
  })

  test('has types in TypeScript', () => {
    const typed = scenario({
      target: 'http://h',
      http: { timeout: '10s' },
      load: [{ users: 5, for: '1m' }],
      steps: [{ get: '/', check: 'status is 200' }],
    })
    // @ts-expect-error there is no such unit
    scenario({ target: 'http://h', http: { timeout: '10min' }, steps: [] })
    // @ts-expect-error there is no such key
    scenario({ target: 'http://h', steps: [{ get: '/', chek: 'status is 200' }] })
    expect(readScenario({ object: typed }, context()).ok).toBe(true)
  })
})

describe('precedence', () => {
  test('file < environment < --set < --target', () => {
    const peak = (more: object) => scenarioOf(large, more).scenario
    expect(peak({ environment: 'staging' })).toMatchObject({
      target: 'https://staging.example.test/api',
      environment: 'staging',
      vars: { peak: '50/s', hold: '5m', who: 'ada' },
    })
    expect(peak({ environment: 'staging', set: [['peak', '7/s']] }).vars).toMatchObject({ peak: '7/s' })
    expect(peak({ environment: 'staging', overrides: { target: 'http://t' } }).target).toBe('http://t')
    const [step] = requests(peak({ environment: 'staging' }).flows[2]?.steps ?? [])
    expect(step?.headers.find(([name]) => name === 'x-b')?.[1].text).toBe('two')
    expect(peak({ environment: 'staging' }).http.timeoutMs).toBe(10_000)
  })

  test('--set keeps the kind of what it replaces, and knows the names', () => {
    const text = `${small}vars: { n: 1, id: "01", on: true }\n`
    const vars = scenarioOf(text, {
      set: [
        ['n', '5'],
        ['id', '07'],
        ['on', 'false'],
      ],
    }).scenario.vars
    expect(vars).toEqual({ n: 5, id: '07', on: false })
    expect(faultsOf(text, { set: [['m', '5']] })).toMatchObject([
      { path: '--set', message: '--set m=5: the scenario has no variable "m"' },
    ])
    expect(faultsOf(`${small}vars: { peak: 5/s }\n`, { set: [['peek', '5/s']] })).toMatchObject([
      { fix: '--set peak=5/s' },
    ])
    expect(faultsOf(large, { environment: 'stagin' })).toMatchObject([{ fix: '--env staging' }])
  })

  const phase = '{ users: 5, for: 1m }'
  test.each([
    ['', { users: '10', for: '30s' }, ['users 10 for 30s']],
    ['', { rate: '50/s', for: '30s' }, ['rate 50/s for 30s']],
    ['', { users: '10' }, ['1 iteration each by 10 users within 10m']],
    ['', { users: '1' }, ['1 iteration each by 1 user within 10m']],
    ['', { for: '30s' }, ['users 1 for 30s']],
    [`load: [{ users: 1, for: 5s, warmup: true }, ${phase}]`, { users: '7' }, ['users 7 for 1m']],
    [`load: [{ users: 1, for: 5s, warmup: true }, ${phase}]`, { for: '9s' }, ['users 1 for 5s', 'users 5 for 9s']],
    [`load: [${phase}, { pause: 1s }, ${phase}]`, { users: '7', for: '9s' }, ['users 7 for 9s']],
    ['load: [{ rate: 5/s -> 9/s, for: 1m }]', { for: '9s' }, ['rate 5/s -> 9/s for 9s']],
    ['load: [{ users: 0 -> 9, for: 1m }]', { for: '9s' }, ['users 0 -> 9 for 9s']],
    ['load: [{ iterations: 9, users: 2 }]', { users: '3' }, ['9 iterations by 3 users within 10m']],
  ])('%s with %j', (load, overrides, texts) => {
    const { tracks } = scenarioOf(`${small}${load}\n`, { overrides }).scenario
    expect(tracks[0]?.phases.map(found => found.text)).toEqual(texts)
  })

  test.each([
    [`load: [${phase}, ${phase}]`, { for: '9s' }, /several load phases/],
    [`load: [${phase}, ${phase}]`, { users: '9' }, /^--users 9 could mean several load phases$/],
    [`load: [${phase}, ${phase}]`, { rate: '9/s' }, /^--rate 9\/s could mean several load phases$/],
    ['', { rate: '5/s' }, /for how long/],
    ['', { rate: '5/s', users: '5', for: '5s' }, /together/],
    ['', { users: 'many', for: '5s' }, /--users is the text/],
    ['', { users: '0', for: '5s' }, /--users is 0/],
    ['', { rate: '50', for: '5s' }, /no unit/],
    ['', { rate: '0/s', for: '5s' }, /the rate is 0/],
    ['load: [{ iterations: 9 }]', { for: '5s' }, /ends by itself/],
    ['', { target: 'h:1' }, /has no http/],
  ])('%s with %j is refused', (load, overrides, message) => {
    expect(faultsOf(`${small}${load}\n`, { overrides })[0]?.message).toMatch(message)
  })

  const ofItsOwn = '--for beside it, for a phase of its own'
  test.each([
    [
      'load: [{ rate: 50/s, for: 20s }]',
      { users: '3' },
      '--users 3: the phase that is judged is a rate, rate 50/s for 20s',
      `${ofItsOwn}, or --rate instead of it`,
      '--users 3 --for 20s',
    ],
    [
      `load: [${phase}]`,
      { rate: '3/s' },
      '--rate 3/s: the phase that is judged is a number of users, users 5 for 1m',
      `${ofItsOwn}, or --users instead of it`,
      '--rate 3/s --for 1m',
    ],
    [
      'load: [{ iterations: 9, users: 2 }]',
      { rate: '3/s' },
      '--rate 3/s: the phase that is judged is a number of iterations, 9 iterations by 2 users within 10m',
      ofItsOwn,
      '--rate 3/s --for 30s',
    ],
  ])('%s with %j is of another kind', (load, overrides, message, expected, fix) => {
    expect(faultsOf(`${small}${load}\n`, { overrides })).toMatchObject([{ message, expected, fix }])
  })
})

describe('names', () => {
  test('a header that reads what no flow saves is a fault; what before saves is readable in all flows', () => {
    const text =
      'target: http://h\nbefore: [{ post: /, save: { token: json $.t } }]\nhttp: { headers: { authorization: "Bearer {{ token }}" } }\nsteps: [get: /]\n'
    const found = scenarioOf(text).scenario
    expect(requests(found.flows[0]?.steps ?? [])[0]?.headers.map(([name]) => name)).toContain('authorization')
    expect(requests(found.before)[0]?.headers.map(([name]) => name)).not.toContain('authorization')
    expect(faultsOf('target: http://h\nhttp: { headers: { a: "{{ token }}" } }\nsteps: [get: /]\n')).toHaveLength(1)
  })

  test('secrets that somebody else knows are not looked for; variables are', () => {
    const text = 'target: http://h\nsteps:\n  - get: /{{ env.REGION }}?k={{ secret.KEY }}\n'
    const reading = read(text, { env: {}, secrets: 'elsewhere' })
    expect(reading.ok || reading.faults.map(({ message }) => message)).toEqual([
      'the environment variable REGION is not set',
    ])
  })

  test('secrets are names only, and unset ones are a warning where the run starts elsewhere', () => {
    const text = 'target: http://h\nsteps: [{ get: /, bearer: "{{ secret.KEY }}" }]\n'
    const set = read(text, { env: { KEY: 'hush' } })
    expect(set.ok && set.value.scenario.secrets).toEqual(['KEY'])
    expect(JSON.stringify(set)).not.toContain('hush')
    const later = read(text, { unset: 'warning' })
    expect(later.ok && later.warnings).toHaveLength(1)
  })

  test('CEL that is not plain is checked, too', () => {
    const text =
      'target: http://h\nvars: { ids: [1] }\nsteps: [{ get: /, when: "vars.ids.exists(x, x > 1) && vars.idz.size() > 0" }]\n'
    expect(faultsOf(text).map(fault => fault.message)).toEqual(['there is no variable "idz"'])
  })
})

test('a URL is a scenario, and its text is the same scenario', () => {
  const overrides = { rate: '50/s', for: '30s' }
  const reading = scenarioFromUrl('http://127.0.0.1:8080/a?b=c#d', overrides, context())
  if (!reading.ok) throw new Error(reading.faults[0]?.message)
  const { scenario: found } = reading.value
  expect(found).toMatchObject({ name: '127.0.0.1:8080', target: 'http://127.0.0.1:8080' })
  expect(requests(found.flows[0]?.steps ?? [])[0]).toMatchObject({ name: 'GET /a', url: { text: '/a?b=c' } })
  const again = scenarioOf(scenarioText('http://127.0.0.1:8080/a?b=c#d', found)).scenario
  expect(again.tracks).toEqual(found.tracks)
  expect(again.flows).toEqual(found.flows)
  expect(scenarioFromUrl('127.0.0.1:8080/a', {}, context())).toMatchObject({
    ok: false,
    faults: [{ fix: 'http://127.0.0.1:8080/a' }],
  })
})

test("docs/language.md and the editors' schema are what the schema says (node tools/write-reference.ts)", () => {
  const root = new URL('../../', import.meta.url)
  expect(readFileSync(new URL('docs/language.md', root), 'utf8')).toBe(languageReference())
  const written: unknown = JSON.parse(readFileSync(new URL('schema/scenario.schema.json', root), 'utf8'))
  expect(written).toEqual(JSON.parse(editorSchema()))
})
