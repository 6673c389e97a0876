import * as z from 'zod'
import { duration, json, key, lines, template, textual } from './schema-quantity.ts'

/** The methods a step may begin with. */
export const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const

export const retrySchema = z
  .strictObject({
    on: key(
      z.array(z.union([z.number().int(), z.string()])),
      'list',
      'What is tried again: status codes (429, 5xx) and error kinds (ECONNRESET, timeout). Required.',
    ),
    times: key(z.number().int(), 'count', 'How often at most it is tried again.', 3),
    wait: key(duration, 'duration', 'How long to wait before each attempt; a Retry-After of the answer wins.', '1s'),
  })
  .meta({
    id: 'retry',
    description:
      'Each attempt is a counted request; one that is tried again is shown as retried, and only the last can fail.',
  })

export const partSchema = z
  .strictObject({
    text: key(textual, 'template', 'The content as text.'),
    json: key(json, 'JSON', 'The content as JSON.'),
    file: key(z.string(), 'path', 'The content from a file.'),
    filename: key(z.string(), 'text', "The file's name as it is sent. Default: the name it has."),
    type: key(z.string(), 'media type', 'The content type of this part.'),
  })
  .meta({ id: 'part' })

const expression = z
  .string()
  .meta({ id: 'expression', description: 'A CEL expression without {{ }}: response.status == 200.' })

const when = key(expression, 'expression', 'The step is skipped unless this is true.')

/** The bodies a request may have: one of them. */
const bodies = {
  json: key(
    json,
    'JSON',
    'Body: JSON. A string that is one {{ }} keeps the type of its value. Sets content-type: application/json.',
  ),
  form: key(
    z.record(z.string(), textual),
    'map',
    'Body: a form. Sets content-type: application/x-www-form-urlencoded.',
  ),
  multipart: key(
    z.array(z.record(z.string(), z.union([z.string(), partSchema]))),
    'list of one-key maps',
    'Body: parts in order, each `name: text` or `name: { file, json, text, type, filename }`.',
  ),
  body: key(template, 'template', 'Body: text as it is. Sets content-type: text/plain; charset=utf-8.'),
  file: key(z.string(), 'path', "Body: a file's bytes. The content-type follows the file's ending."),
}

const answer = {
  timeout: key(duration, 'duration', 'How long the whole answer may take. Default: http.timeout.'),
  redirects: key(
    z.number().int(),
    'count',
    'Redirects that are followed, and counted under this request. 0: none. Default: http.redirects.',
  ),
  name: key(z.string(), 'text', 'The request name, under which it is counted. Default: method and path as written.'),
  check: key(
    lines(z.string()),
    'checks',
    'What must hold for the answer: `status is 200`, `json $.id exists`, `time < 500ms`.',
  ),
  save: key(
    z.record(z.string(), z.string()),
    'map',
    'Values to keep: `token: json $.access_token`, `id: any json $.items[*].id or 0`.',
  ),
  retry: key(retrySchema, 'retry', 'Tries again when the answer is one of these.'),
  when,
}

const sent = {
  headers: key(z.record(z.string(), textual), 'map', 'Header fields; they win over http.headers.'),
  basic: key(template, 'template', 'Basic authentication: user:password.'),
  bearer: key(template, 'template', 'Bearer authentication: the token.'),
}

const url = 'A path below the target, or an absolute URL; {{ }} are filled in.'

export const requestSchema = z
  .strictObject({
    get: key(template, 'URL', `GET this. ${url}`),
    post: key(template, 'URL', `POST to this. ${url}`),
    put: key(template, 'URL', `PUT to this. ${url}`),
    patch: key(template, 'URL', `PATCH this. ${url}`),
    delete: key(template, 'URL', `DELETE this. ${url}`),
    head: key(template, 'URL', `HEAD of this. ${url}`),
    options: key(template, 'URL', `OPTIONS of this. ${url}`),
    query: key(
      z.record(z.string(), z.union([textual, z.array(textual)])),
      'map',
      'Query parameters, added to those of the URL; a list repeats its name.',
    ),
    ...sent,
    ...bodies,
    ...answer,
  })
  .meta({ id: 'request', description: 'One request.', oneOf: methods.map(method => ({ required: [method] })) })

export const graphqlSchema = z
  .strictObject({
    graphql: template.meta({ title: 'URL', description: `POST a GraphQL operation to this. ${url}` }),
    query: template.meta({ title: 'GraphQL', description: 'The document. Required.' }),
    variables: key(json, 'JSON', 'Its variables.'),
    operation: key(
      z.string(),
      'text',
      'Which operation of the document is run. Default: its only one. It is the request name, too.',
    ),
    ...sent,
    ...answer,
  })
  .meta({ id: 'graphql', description: 'One GraphQL request; an answer with errors fails.' })

export const thinkSchema = z
  .strictObject({
    think: z
      .string()
      .meta({ title: 'duration', description: 'Waits: 2s, 1s..3s (uniform), 2s +- 500ms (normal), or {{ }}.' }),
    when,
  })
  .meta({ id: 'think', description: 'Think time.' })

export const setSchema = z
  .strictObject({
    set: z.record(z.string(), json).meta({ title: 'map', description: 'Names and the values they get.' }),
    when,
  })
  .meta({ id: 'set', description: 'Keeps values under names.' })

export const useSchema = z
  .strictObject({
    use: z.string().meta({ title: 'snippet', description: 'The steps of this snippet stand here.' }),
    when,
  })
  .meta({ id: 'use', description: 'Inserts the steps of a snippet.' })

export const groupSchema = z
  .strictObject({
    group: z
      .string()
      .meta({ title: 'text', description: 'The name: the time of its steps is counted under FLOW / GROUP.' }),
    get steps() {
      return steps
    },
    when,
  })
  .meta({ id: 'group', description: 'Steps that are timed together.' })

export const whenSchema = z
  .strictObject({
    when: expression.meta({ title: 'expression', description: 'Decides between `then` and `else`.' }),
    // biome-ignore lint/suspicious/noThenProperty: the language's word, and nothing awaits a schema's shape
    get then() {
      return steps
    },
    get else() {
      return optionalSteps
    },
  })
  .meta({ id: 'when', description: 'Steps under a condition.' })

const until = key(expression, 'expression', 'Ends the loop after the turn in which it is true.')

export const repeatSchema = z
  .strictObject({
    repeat: z
      .union([z.number().int(), z.string()])
      .meta({ title: 'count', description: 'How many times: a number or an expression.' }),
    get steps() {
      return steps
    },
    until,
    when,
  })
  .meta({ id: 'repeat', description: 'Steps, several times.' })

export const eachSchema = z
  .strictObject({
    each: z
      .templateLiteral([z.string(), ' in ', z.string()])
      .meta({ title: 'NAME in LIST', description: 'The name that each value of the list gets: id in ids.' }),
    get steps() {
      return steps
    },
    until,
    when,
  })
  .meta({ id: 'each', description: 'Steps, once for each value of a list.' })

/** What a step may begin with, and the schema of its keys. */
export const stepSchemas = {
  graphql: graphqlSchema,
  think: thinkSchema,
  set: setSchema,
  use: useSchema,
  group: groupSchema,
  repeat: repeatSchema,
  each: eachSchema,
} as const

type OneOf<T, K extends keyof T> = { [P in K]: Omit<T, K> & { [Q in P]: Exclude<T[P], undefined> } }[K]

type WithSteps<T, K extends string> = Omit<T, K> & { [P in K]: readonly StepInput[] }

type StepInput =
  | OneOf<z.input<typeof requestSchema>, (typeof methods)[number]>
  | z.input<typeof graphqlSchema>
  | z.input<typeof thinkSchema>
  | z.input<typeof setSchema>
  | z.input<typeof useSchema>
  | WithSteps<{ group: string; when?: string | undefined }, 'steps'>
  | (WithSteps<{ when: string }, 'then'> & { else?: readonly StepInput[] | undefined })
  | WithSteps<{ repeat: number | string; until?: string | undefined; when?: string | undefined }, 'steps'>
  | WithSteps<{ each: `${string} in ${string}`; until?: string | undefined; when?: string | undefined }, 'steps'>

const stepSchema: z.ZodType<StepInput, StepInput> = z
  .lazy(
    () =>
      z.union([
        requestSchema,
        graphqlSchema,
        thinkSchema,
        setSchema,
        useSchema,
        groupSchema,
        whenSchema,
        repeatSchema,
        eachSchema,
      ]) as unknown as z.ZodType<StepInput, StepInput>,
  )
  .meta({ id: 'step', description: 'One action of a virtual user.' })

/** Named, so that the declarations of what holds it stay short. */
export interface StepsSchema extends z.ZodArray<typeof stepSchema> {}

export const steps: StepsSchema = z.array(stepSchema).meta({ title: 'steps', description: 'The steps, in order.' })
const optionalSteps: z.ZodOptional<typeof steps> = steps
  .optional()
  .meta({ title: 'steps', description: 'The steps otherwise.' })
