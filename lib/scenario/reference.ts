import * as z from 'zod'
import { closedPhaseSchema, iterationsPhaseSchema, openPhaseSchema, pausePhaseSchema } from './schema-load.ts'
import {
  dataSchema,
  environmentSchema,
  flowSchema,
  httpSchema,
  includedSchema,
  scenarioSchema,
  tlsSchema,
} from './schema-scenario.ts'
import {
  eachSchema,
  graphqlSchema,
  groupSchema,
  partSchema,
  repeatSchema,
  requestSchema,
  retrySchema,
  setSchema,
  thinkSchema,
  useSchema,
  whenSchema,
} from './schema-step.ts'
import { fakeKinds, functionForms } from './template-function.ts'

type Chapter = { readonly title: string; readonly text: string; readonly schema: z.ZodObject }

const chapters: readonly Chapter[] = [
  {
    title: 'The scenario',
    text: 'The keys of a scenario file. Top-level keys that begin with `x-` are free, for anchors.',
    schema: scenarioSchema,
  },
  {
    title: 'http',
    text: 'How connections are made and answers are awaited. `user-agent: squall/VERSION` and `accept-encoding: gzip, br` are sent unless a header of that name is written.',
    schema: httpSchema,
  },
  { title: 'http.tls', text: 'Certificates.', schema: tlsSchema },
  {
    title: 'Load: rate',
    text: 'An open phase: iterations arrive whether or not earlier ones have ended.',
    schema: openPhaseSchema,
  },
  {
    title: 'Load: users',
    text: 'A closed phase: each user starts its next iteration when its last has ended. With `spawn`, users are added to those of the phase before.',
    schema: closedPhaseSchema,
  },
  {
    title: 'Load: iterations',
    text: 'A fixed number of iterations, as the last phase.',
    schema: iterationsPhaseSchema,
  },
  { title: 'Load: pause', text: 'Retires all users and sends nothing.', schema: pausePhaseSchema },
  { title: 'Flows', text: 'A flow, under its name in `flows`.', schema: flowSchema },
  {
    title: 'Data sets',
    text: 'A data set, under its name in `data`. `{{ name.column }}` reads a cell.',
    schema: dataSchema,
  },
  {
    title: 'Environments',
    text: 'What is different there, chosen by `--env`. Each key replaces its own; `vars` and `http.headers` merge, and of `http` each key replaces its own.',
    schema: environmentSchema,
  },
  { title: 'Included files', text: 'What a file named under `include` may hold.', schema: includedSchema },
  {
    title: 'Step: a request',
    text: 'One request. Exactly one of `get`, `post`, `put`, `patch`, `delete`, `head` and `options`.',
    schema: requestSchema,
  },
  {
    title: 'Step: graphql',
    text: 'A GraphQL operation, sent by POST. An answer with `errors` that are not null fails.',
    schema: graphqlSchema,
  },
  {
    title: 'Parts of multipart',
    text: 'A part, under its name. Exactly one of `text`, `json` and `file`.',
    schema: partSchema,
  },
  { title: 'retry', text: 'Which answers are tried again.', schema: retrySchema },
  { title: 'Step: think', text: 'Think time.', schema: thinkSchema },
  { title: 'Step: set', text: 'Keeps values under names, for `{{ name }}`.', schema: setSchema },
  { title: 'Step: use', text: 'Inserts a snippet.', schema: useSchema },
  { title: 'Step: group', text: 'Steps that are timed together.', schema: groupSchema },
  { title: 'Step: when', text: 'Steps under a condition. On any other step, `when` skips it.', schema: whenSchema },
  { title: 'Step: repeat', text: 'Steps, several times.', schema: repeatSchema },
  { title: 'Step: each', text: 'Steps, once for each value of a list.', schema: eachSchema },
]

const units = `| quantity | written | not |
|---|---|---|
| duration | \`500ms\` \`30s\` \`5m\` \`1h\` | \`5 m\`, \`1:30\`, \`PT5M\`, \`1m30s\` |
| rate | \`50/s\` \`300/m\` \`1000/h\` | \`300 rpm\`, \`50\` |
| size | \`200B\` \`10KB\` \`5MB\` \`1GB\`, powers of 1000 | \`10 kb\`, \`1MiB\` |
| share | \`1%\` \`0.5%\` | \`0.01\` |
| money | \`2.00 USD\` | \`$2\` |
| range, normal | \`1s..3s\`, \`2s +- 500ms\` (think time) | \`1s - 3s\` |
| ramp | \`50/s -> 500/s\`, \`0 -> 100\` | \`0 to 100\` |`

/** The reference of the language, docs/language.md: every key with its type, unit and default, from the schema. */
export function languageReference(): string {
  const parts = [
    '# The scenario language: reference',
    'Generated from the schema by `node tools/write-reference.ts`; a test keeps it current. Editors complete and check the same keys by `schema/scenario.schema.json`. What is written behind the keys (templates, checks, saves, thresholds, quantities) is on [the page of the small grammars](grammars.md).',
    '## Values and units',
    units,
    ...chapters.flatMap(({ title, text, schema }) => [`## ${title}`, text, table(schema)]),
    '## Templates',
    'Inside `{{ }}` stands CEL, optionally `or VALUE`; `{{{{` is a literal `{{`. Names: data sets, saved names, `vars`, `env`, `secret`, `response`, `iteration`, `vu`. Functions:',
    [...Object.values(functionForms), ...fakeKinds.map(kind => `fake.${kind}()`)]
      .map(form => `- \`${form}\``)
      .join('\n'),
    '## Precedence',
    'File < environment (`--env`) < `--set name=value` (variables only) < `--target`, `--users`, `--rate`, `--for`. `--users N --for T` replaces the common load by one closed phase, `--rate R --for T` by one open phase. One of them alone changes the one phase that is judged, and is a fault where there are several.',
  ]
  return `${parts.join('\n\n')}\n`
}

/** The JSON Schema for editors, schema/scenario.schema.json. */
export function editorSchema(): string {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' })
  const root = schema as Record<string, unknown> & { properties?: Record<string, unknown> }
  return `${JSON.stringify({ ...root, patternProperties: { '^x-': {} } }, null, 2)}\n`
}

function table(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([key, value]) => {
    const meta = (value as z.ZodType).meta()
    const byDefault = meta?.['default'] === undefined ? '' : `\`${String(meta['default'])}\``
    return `| \`${key}\` | ${cell(meta?.title ?? '')} | ${byDefault} | ${cell(meta?.description ?? '')} |`
  })
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
