import * as z from 'zod'
import { phaseSchema } from './schema-load.ts'
import { duration, type JsonInput, json, key, lines, template, textual, usd } from './schema-quantity.ts'
import { steps } from './schema-step.ts'

export const tlsSchema = z
  .strictObject({
    ca: key(z.string(), 'path', 'Certificates to trust, in a PEM file.'),
    cert: key(z.string(), 'path', "The client's certificate, in a PEM file."),
    key: key(z.string(), 'path', "The client's private key, in a PEM file."),
    servername: key(z.string(), 'host', 'The name that is asked for (SNI) and checked.'),
    insecure: key(z.boolean(), 'true or false', "Leaves the target's certificate unchecked.", false),
  })
  .meta({ id: 'tls' })

const http = z
  .strictObject({
    timeout: key(duration, 'duration', 'How long a whole answer may take, redirects included.', '30s'),
    connectTimeout: key(duration, 'duration', 'How long opening a connection may take, TLS included.', '10s'),
    redirects: key(z.number().int(), 'count', 'Redirects that are followed. 0: none.', 10),
    headers: key(z.record(z.string(), textual), 'map', 'Header fields of every request.'),
    keepAlive: key(z.boolean(), 'true or false', 'Whether a connection carries more than one request.', true),
    dispatcher: key(
      z.enum(['fast', 'undici']),
      'fast, undici',
      "What sends: Squall's own HTTP/1.1 dispatcher or undici's. Default: fast where it can.",
    ),
    version: key(
      z.union([z.literal(1.1), z.literal(2), z.enum(['1.1', '2'])]),
      '1.1, 2',
      'The version of HTTP.',
      '1.1',
    ),
    connections: key(
      z.union([z.literal('per-user'), z.templateLiteral(['pooled ', z.number()])]),
      'per-user, pooled N',
      'One connection a user, or N a generator that all users share.',
      'per-user',
    ),
    proxy: key(template, 'URL', 'An HTTP proxy.'),
    localAddress: key(
      z.union([z.string(), z.array(z.string())]),
      'address, list of addresses',
      'Addresses of the generator that connections come from, in turn. Each has local ports of its own. Default: the one that the system chooses.',
    ),
    tls: key(tlsSchema, 'tls', 'Certificates.'),
  })
  .meta({ id: 'http', description: 'How connections are made and answers are awaited.' })

type Http = typeof http
// The parts of the scenario's schema are named types: spelled out within each other they are too long for a declaration.
export interface HttpSchema extends Http {}
export const httpSchema: HttpSchema = http

export const dataSchema = z
  .strictObject({
    file: key(z.string(), 'path', 'A CSV file in UTF-8, separated by commas, with a header line. Its cells are text.'),
    rows: key(z.array(z.record(z.string(), json)), 'list of maps', 'The rows themselves, instead of a file.'),
    take: key(
      z.enum(['once', 'shuffle', 'repeat']),
      'once, shuffle, repeat',
      'Each row once; in a shuffled order, again and again; in order, again and again.',
      'repeat',
    ),
    per: key(z.enum(['iteration', 'user']), 'iteration, user', 'Who takes a row.', 'iteration'),
  })
  .meta({ id: 'data', description: 'Rows that iterations or users take their values from.' })

const phases = z.array(phaseSchema)
type Phases = typeof phases
export interface LoadSchema extends Phases {}
const load: LoadSchema = phases

const flow = z
  .strictObject({
    weight: key(z.number(), 'number', 'The share of this flow among those of the same load.', 1),
    start: key(steps, 'steps', 'Run once a user, before its first iteration.'),
    steps: steps.meta({ title: 'steps', description: 'What one iteration does. Required.' }),
    load: key(load, 'load', 'A load of its own: the flow runs beside the others.'),
  })
  .meta({ id: 'flow', description: 'What one virtual user does.' })

type Flow = typeof flow
export interface FlowSchema extends Flow {}
export const flowSchema: FlowSchema = flow

type ThresholdInput = string | { readonly [scope: string]: string | readonly string[] }

const threshold: z.ZodType<ThresholdInput, ThresholdInput> = z
  .union([z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))])
  .meta({
    id: 'threshold',
    description: '`p95 < 2s`, `GET /me: p99 < 400ms`, `errors < 1% every 10s after 30s or abort`.',
  }) as z.ZodType<ThresholdInput, ThresholdInput>

const vars: z.ZodType<Readonly<Record<string, JsonInput>>, Readonly<Record<string, JsonInput>>> = z.record(
  z.string(),
  json,
)

/** What an environment may replace: everything but what the file is made of. */
const layered = {
  name: key(z.string(), 'text', "The scenario's name. Default: the file's."),
  target: key(
    template,
    'URL',
    'Where the paths of the steps lead: http or https; its own path is kept. `env` and `vars` may stand in it. Required.',
  ),
  vars: key(vars, 'map', 'Values with names: `$name` in load phases, `{{ vars.name }}` elsewhere.'),
  labels: key(z.record(z.string(), textual), 'map', 'Words that the run is found by.'),
  http: key(httpSchema, 'http', 'How connections are made and answers are awaited.'),
  load: key(load, 'load', 'The load phases, in order. Default: one user, one iteration.'),
  mix: key(
    z.enum(['user', 'iteration']),
    'user, iteration',
    "What the flows' weights share in closed phases: users, or each user's iterations.",
    'user',
  ),
  drain: key(
    duration,
    'duration',
    'How long iterations that run at the end may go on, at most 60s; what is left is interrupted.',
    '30s',
  ),
  pacing: key(
    z.enum(['precise', 'default', 'frugal']),
    'precise, default, frugal',
    'How exactly iterations start at their instants: precise takes up to a core a generator, frugal starts them up to a millisecond or two late.',
    'default',
  ),
  data: key(
    z.record(z.string(), z.union([z.string(), dataSchema])),
    'map',
    'Data sets by name; a text is the path of a CSV file.',
  ),
  thresholds: key(
    lines(threshold),
    'thresholds',
    'What decides between pass and fail. Without a global one on errors, `errors < 1%` is added.',
  ),
  strict: key(z.boolean(), 'true or false', 'Judges by the 95 % confidence interval instead of the figure.', false),
  budget: key(
    usd,
    'money',
    'The most that a run in AWS may cost: a dearer one is refused, and one that comes to it is stopped.',
  ),
  seed: key(z.number().int(), 'count', 'Makes the random choices of every run the same. Default: drawn for each run.'),
}

export interface EnvironmentSchema extends z.ZodObject<typeof layered, z.core.$strict> {}

export const environmentSchema: EnvironmentSchema = z.strictObject(layered).meta({
  id: 'environment',
  description: 'What is different there: each key replaces its own; `vars` and `http.headers` merge.',
})

export const scenarioSchema = z
  .strictObject({
    squall: key(z.literal(1), '1', 'The version of the language.', 1),
    ...layered,
    environments: key(z.record(z.string(), environmentSchema), 'map', 'What is different elsewhere, chosen by --env.'),
    include: key(z.array(z.string()), 'list of paths', 'Files that bring snippets and vars.'),
    steps: key(steps, 'steps', 'What one iteration does, if there is one flow only; it is named main.'),
    flows: key(z.record(z.string(), flowSchema), 'map', 'Flows by name.'),
    snippets: key(z.record(z.string(), steps), 'map', 'Steps by name, for `use`.'),
    before: key(
      steps,
      'steps',
      'Run once before the load, not judged; what it saves is readable in all flows. If it fails, there is no run.',
    ),
    after: key(steps, 'steps', 'Run once after the load, not judged; after an abort and a failed `before`, too.'),
  })
  .meta({ title: 'Squall scenario', description: 'A load test in one file.' })

export const includedSchema = z
  .strictObject({
    squall: key(z.literal(1), '1', 'The version of the language.', 1),
    include: key(z.array(z.string()), 'list of paths', 'Further files that bring snippets and vars.'),
    vars: key(vars, 'map', 'Variables; those of the including file win.'),
    snippets: key(z.record(z.string(), steps), 'map', 'Steps by name, for `use`.'),
  })
  .meta({ id: 'included', description: 'A file named under `include`.' })

/** A scenario as it is written: in YAML, JSON or TypeScript. */
export type ScenarioInput = z.input<typeof scenarioSchema>
