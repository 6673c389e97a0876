import { formatSource } from '../scenario/format-source.ts'
import type { RequestStep, Save } from '../scenario/step.ts'
import type { Template } from '../scenario/template.ts'
import { compileTemplate, TemplateError } from './compile-template.ts'
import { compileUrl } from './compile-url.ts'
import type { CompiledCheck, CompiledRequest, CompiledSave } from './compiled-request.ts'
import { checkNeedsBody, compileCheck } from './evaluate-check.ts'
import { compileSource, sourceNeedsBody } from './extract.ts'
import type { HttpRequest } from './http-dispatcher.ts'
import { compileBody, type Files } from './request-body.ts'
import type { BaseUrl } from './request-url.ts'
import type { Scope } from './scope.ts'
import { isStatic } from './static-template.ts'
import type { UserSlot } from './user-slot.ts'

/** What the flow around a request asks of it. */
export type RequestUse = {
  readonly index: number
  readonly base: BaseUrl
  readonly files: Files
  /** The flow reads `response.headers`, `response.body` or `response.json`; or somebody watches. */
  readonly keepsHeaders: boolean
  readonly keepsBody: boolean
}

const noBody = new Uint8Array(0)

/** Compiles a request step: its static parts are built once, templates touch only what changes. */
export function compileRequest(step: RequestStep, use: RequestUse): CompiledRequest {
  const url = compileUrl(use.base, step.url, step.query)
  const body = step.body === undefined ? undefined : compileBody(step.body, use.files, step.name)
  const headers = compileHeaders(step, body?.contentType)
  const graphql = step.body?.kind === 'graphql'
  const sources = [...step.checks.map(check => check.source), ...step.saves.map(save => save.source)]
  const keepsBody =
    use.keepsBody ||
    graphql ||
    step.checks.some(checkNeedsBody) ||
    step.saves.some(save => sourceNeedsBody(save.source)) ||
    sources.some(source => source.kind === 'size')
  const keepsHeaders = use.keepsHeaders || sources.some(source => source.kind === 'header' || source.kind === 'cookie')
  const make = (user: UserSlot): HttpRequest => {
    const target = url.build(user)
    const bytes = body === undefined ? null : body.build(user)
    user.body = bytes ?? noBody
    return {
      origin: target.origin,
      method: step.method,
      path: target.path,
      headers: headers.build(user),
      body: bytes,
      timeoutMs: step.timeoutMs,
      wantsBody: keepsBody,
    }
  }
  return {
    name: step.name,
    index: use.index,
    build: url.static && headers.static && (body === undefined || body.static) ? onceFor(make) : make,
    timeoutMs: step.timeoutMs,
    redirects: step.redirects,
    keepsHeaders,
    keepsBody,
    checks: step.checks.map(
      (check): CompiledCheck => ({
        text: check.text,
        run: compileCheck(check),
        ofStatus: check.source.kind === 'status',
      }),
    ),
    checksStatus: step.checks.some(check => check.source.kind === 'status'),
    saves: step.saves.map(compileSave),
    graphql,
    retry: step.retry,
  }
}

/** The same object every time, so that a dispatcher may keep the bytes it made of it. */
function onceFor(make: (user: UserSlot) => HttpRequest): (user: UserSlot) => HttpRequest {
  let request: HttpRequest | undefined
  return user => {
    request ??= make(user)
    return request
  }
}

function compileSave(save: Save): CompiledSave {
  const read = compileSource(save.source, save.pick)
  return {
    name: save.name,
    text: `${save.pick === 'first' ? '' : `${save.pick} `}${formatSource(save.source)}`,
    read: (answer, user) => read(answer, user.random),
    fallback: save.fallback,
  }
}

type CompiledHeaders = { readonly static: boolean; build(scope: Scope): readonly string[] }

function compileHeaders(step: RequestStep, contentType: string | undefined): CompiledHeaders {
  const written = new Set(step.headers.map(([name]) => name))
  const fixed: [string, string][] = []
  if (!written.has('user-agent')) fixed.push(['user-agent', 'squall'])
  if (!written.has('accept-encoding')) fixed.push(['accept-encoding', 'gzip, br'])
  if (contentType !== undefined && !written.has('content-type')) fixed.push(['content-type', contentType])
  const all: (readonly [string, Template, (text: string) => string])[] = step.headers.map(
    ([name, value]) => [name, value, asWritten] as const,
  )
  if (step.basic !== undefined) all.push(['authorization', step.basic, basicCredentials])
  if (step.bearer !== undefined) all.push(['authorization', step.bearer, token => `Bearer ${token}`])
  const rendered = all.map(([name, value, as]) => [name, compileTemplate(value), as] as const)
  const build = (scope: Scope): readonly string[] => {
    const list: string[] = []
    for (const [name, value] of fixed) list.push(name, value)
    for (const [name, value, as] of rendered) list.push(name, headerValue(name, as(value(scope))))
    return list
  }
  if (!all.every(([, value]) => isStatic(value))) return { static: false, build }
  let once: readonly string[] | undefined
  return {
    static: true,
    build(scope) {
      once ??= build(scope)
      return once
    },
  }
}

function asWritten(text: string): string {
  return text
}

/** RFC 7617. */
function basicCredentials(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`
}

/** RFC 9110 5.5: visible characters, space, tab and bytes above 0x7f. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

function headerValue(name: string, value: string): string {
  if (fieldValue.test(value)) return value
  // The value itself is not shown: a part of a secret could not be masked.
  throw new TemplateError(`the header ${name} would hold a line break or a character beyond ISO 8859-1`)
}
