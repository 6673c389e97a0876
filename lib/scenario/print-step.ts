import { formatDuration } from './duration.ts'
import type { JsonValue } from './json.ts'
import type { Header } from './parse-headers.ts'
import type { HttpOptions } from './scenario.ts'
import { formatSource } from './source.ts'
import type { Body, Delay, RequestStep, Save, Step } from './step.ts'
import type { Expression, JsonTemplate } from './template.ts'

type Printed = Readonly<Record<string, JsonValue>>

/** What all requests of a scenario have in common, and need not be repeated in each. */
export type CommonRequest = {
  readonly http: HttpOptions
  readonly headers: readonly Header[]
  /** A path below the scenario's folder as it is to be written. */
  readonly pathOf: (path: string) => string
}

/** A step as it is written in a scenario. */
export function printStep(step: Step, common: CommonRequest): Printed {
  const when = step.kind !== 'when' && step.when !== undefined ? { when: step.when.expression } : {}
  const inner = (steps: readonly Step[]) => steps.map(one => printStep(one, common))
  switch (step.kind) {
    case 'request':
      return { ...printRequest(step, common), ...when }
    case 'think':
      return { think: printDelay(step.delay), ...when }
    case 'set':
      return { set: Object.fromEntries(step.values.map(([name, value]) => [name, printJson(value)])), ...when }
    case 'when': {
      const otherwise = step.else.length === 0 ? {} : { else: inner(step.else) }
      // biome-ignore lint/suspicious/noThenProperty: the language's word, and a step is never awaited
      return { when: step.condition.expression, then: inner(step.then), ...otherwise }
    }
    case 'repeat': {
      const times = typeof step.times === 'number' ? step.times : step.times.expression
      return { repeat: times, ...until(step.until), steps: inner(step.steps), ...when }
    }
    case 'each':
      return {
        each: `${step.variable} in ${step.list.expression}`,
        ...until(step.until),
        steps: inner(step.steps),
        ...when,
      }
    case 'group':
      return { group: step.name, steps: inner(step.steps), ...when }
  }
}

function printRequest(step: RequestStep, common: CommonRequest): Printed {
  const shared = new Map(common.headers.map(([name, value]) => [name, value.text]))
  const typed = step.headers[0]?.[0] === 'content-type' && step.body !== undefined ? step.headers[0][0] : undefined
  const own = step.headers.filter(([name, value]) => name !== typed && shared.get(name) !== value.text)
  const repeated = new Map<string, JsonValue>()
  for (const [name, value] of step.query) {
    const before = repeated.get(name)
    repeated.set(name, before === undefined ? value.text : [...(Array.isArray(before) ? before : [before]), value.text])
  }
  const graphql = step.body?.kind === 'graphql'
  return {
    [graphql ? 'graphql' : step.method.toLowerCase()]: step.url.text,
    name: step.name,
    ...(repeated.size === 0 ? {} : { query: Object.fromEntries(repeated) }),
    ...(own.length === 0 ? {} : { headers: Object.fromEntries(own.map(([name, value]) => [name, value.text])) }),
    ...(step.basic === undefined ? {} : { basic: step.basic.text }),
    ...(step.bearer === undefined ? {} : { bearer: step.bearer.text }),
    ...(step.body === undefined ? {} : printBody(step.body, common)),
    ...(step.timeoutMs === common.http.timeoutMs ? {} : { timeout: formatDuration(step.timeoutMs) }),
    ...(step.redirects === common.http.redirects ? {} : { redirects: step.redirects }),
    ...(step.retry === undefined
      ? {}
      : {
          retry: {
            on: [...step.retry.statuses, ...step.retry.errors],
            times: step.retry.times,
            wait: formatDuration(step.retry.waitMs),
          },
        }),
    ...(step.checks.length === 0 ? {} : { check: step.checks.map(check => check.text) }),
    ...(step.saves.length === 0
      ? {}
      : { save: Object.fromEntries(step.saves.map(save => [save.name, printSave(save)])) }),
  }
}

function printBody(body: Body, { pathOf }: CommonRequest): Printed {
  switch (body.kind) {
    case 'json':
      return { json: printJson(body.json) }
    case 'form':
      return { form: Object.fromEntries(body.fields.map(([name, value]) => [name, value.text])) }
    case 'text':
      return { body: body.template.text }
    case 'file':
      return { file: pathOf(body.file) }
    case 'graphql':
      return {
        query: body.query.text,
        ...(body.variables === undefined ? {} : { variables: printJson(body.variables) }),
        ...(body.operationName === undefined ? {} : { operation: body.operationName }),
      }
    case 'multipart':
      return {
        multipart: body.parts.map(({ name, content, type }) => {
          const typed = type === undefined ? {} : { type }
          if (content.kind === 'text') return { [name]: { text: content.template.text, ...typed } }
          if (content.kind === 'json') return { [name]: { json: printJson(content.json), ...typed } }
          return { [name]: { file: pathOf(content.file), filename: content.filename, ...typed } }
        }),
      }
  }
}

/** `any json $.items[*].id or 0`. */
function printSave(save: Save): string {
  const pick = save.pick === 'first' ? '' : `${save.pick} `
  const fallback =
    save.fallback === undefined
      ? ''
      : ` or ${typeof save.fallback === 'string' ? quoted(save.fallback) : JSON.stringify(save.fallback)}`
  return `${pick}${formatSource(save.source)}${fallback}`
}

function printDelay(delay: Delay): string {
  switch (delay.kind) {
    case 'fixed':
      return formatDuration(delay.ms)
    case 'uniform':
      return `${formatDuration(delay.fromMs)}..${formatDuration(delay.toMs)}`
    case 'normal':
      return `${formatDuration(delay.meanMs)} +- ${formatDuration(delay.deviationMs)}`
    case 'template':
      return delay.template.text
  }
}

function printJson(json: JsonTemplate): JsonValue {
  switch (json.kind) {
    case 'literal':
      return escaped(json.value)
    case 'template':
      return json.template.text
    case 'list':
      return json.items.map(printJson)
    case 'map':
      return Object.fromEntries(json.entries.map(([name, value]) => [name.text, printJson(value)]))
  }
}

/** A literal {{ is written {{{{. */
function escaped(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replaceAll('{{', '{{{{')
  if (Array.isArray(value)) return value.map(escaped)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name.replaceAll('{{', '{{{{'), escaped(item)]))
}

function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`
}

function until(expression: Expression | undefined): Printed {
  return expression === undefined ? {} : { until: expression.expression }
}
