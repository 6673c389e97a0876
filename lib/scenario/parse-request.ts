import { parseChecks, parseRetry, parseSaves } from './parse-answer.ts'
import { parseBody, parseGraphql, type ReadBody, readFields } from './parse-body.ts'
import { mergeHeaders, parseHeaders } from './parse-headers.ts'
import { readExpressionNode, readFilledTemplate } from './read-template.ts'
import { readDuration, readInteger, readString } from './read-value.ts'
import { requestName } from './request-name.ts'
import { graphqlSchema, type methods, requestSchema } from './schema-step.ts'
import { Section } from './section.ts'
import type { RequestStep } from './step.ts'
import type { StepContext } from './step-context.ts'
import { parseTemplate, type Template } from './template.ts'
import type { MapNode, Node } from './yaml-node.ts'

type AnySection = Section<typeof requestSchema> | Section<typeof graphqlSchema>

/** A step that begins with a method. */
export function parseRequest(
  node: MapNode,
  method: (typeof methods)[number],
  context: StepContext,
): RequestStep | undefined {
  const section = new Section(node, requestSchema, `a ${method} step`, context.faults)
  const urlNode = section.written(method)
  const url = urlNode && readUrl(urlNode, method, context)
  const queryNode = section.written('query')
  const query = queryNode ? readFields(queryNode, 'query', context, true) : []
  const body = parseBody(section, context)
  return finish(section, method.toUpperCase(), url, query, body, undefined, context)
}

/** A step that begins with `graphql`: a POST, named by its operation. */
export function parseGraphqlStep(node: MapNode, context: StepContext): RequestStep | undefined {
  const section = new Section(node, graphqlSchema, 'a graphql step', context.faults)
  const urlNode = section.written('graphql')
  const url = urlNode && readUrl(urlNode, 'graphql', context)
  const body = parseGraphql(section, context)
  const read = body && { body, contentType: 'application/json' }
  return finish(section, 'POST', url, [], read, body?.operationName, context)
}

function finish(
  section: AnySection,
  method: string,
  url: Template | undefined,
  query: RequestStep['query'],
  body: ReadBody | undefined,
  byDefault: string | undefined,
  context: StepContext,
): RequestStep | undefined {
  const { faults, scope, scenario } = context
  const shared = section as Section<typeof requestSchema>
  const written = (
    key: 'headers' | 'basic' | 'bearer' | 'timeout' | 'redirects' | 'name' | 'check' | 'save' | 'retry' | 'when',
  ) => shared.written(key)
  const headersNode = written('headers')
  const own = headersNode ? parseHeaders(headersNode, scope, faults) : []
  const basicNode = written('basic')
  const basic = basicNode && readFilledTemplate(basicNode, 'basic', scope, faults)
  if (basic && basicNode && !basic.text.includes(':') && basic.parts.every(part => typeof part === 'string')) {
    faults.add(basicNode.place, 'basic has no ":"', { expected: 'user:password' })
  }
  const bearerNode = written('bearer')
  const bearer = bearerNode && readFilledTemplate(bearerNode, 'bearer', scope, faults)
  reportSecondAuthorization(
    shared,
    own.some(([name]) => name === 'authorization'),
    context,
  )
  const timeoutNode = written('timeout')
  const timeoutMs = timeoutNode && readDuration(timeoutNode, 'timeout', faults)
  const redirectsNode = written('redirects')
  const redirects = redirectsNode && readInteger(redirectsNode, { from: 0, to: 50, what: 'redirects' }, faults)
  const nameNode = written('name')
  const name = nameNode && readRequestName(nameNode, context)
  const checkNode = written('check')
  const saveNode = written('save')
  const retryNode = written('retry')
  const retry = retryNode && parseRetry(retryNode, faults)
  const whenNode = written('when')
  const when = whenNode && readExpressionNode(whenNode, 'when', scope, faults)
  const checks = checkNode ? parseChecks(checkNode, scope, faults) : []
  const saves = saveNode ? parseSaves(saveNode, scope, faults) : []
  if (url === undefined) return undefined
  const typed = body?.contentType === undefined ? [] : [['content-type', literal(body.contentType)] as const]
  const explicit = basic ?? bearer
  const inherited = explicit ? scenario.headers.filter(([field]) => field !== 'authorization') : scenario.headers
  return {
    kind: 'request',
    name: name ?? byDefault ?? requestName(method, url, scenario.origin),
    method,
    url,
    query,
    headers: mergeHeaders(typed, inherited, own),
    ...(body === undefined ? {} : { body: body.body }),
    ...(basic === undefined ? {} : { basic }),
    ...(bearer === undefined ? {} : { bearer }),
    timeoutMs: timeoutMs ?? scenario.http.timeoutMs,
    redirects: redirects ?? scenario.http.redirects,
    checks,
    saves,
    ...(retry === undefined ? {} : { retry }),
    ...(when === undefined ? {} : { when }),
  }
}

/** A path, an absolute http or https URL, or text that begins with a hole. */
function readUrl(node: Node, verb: string, context: StepContext): Template | undefined {
  const url = readFilledTemplate(node, verb, context.scope, context.faults)
  if (url === undefined) return undefined
  const text = url.text.trim()
  const problem = urlProblem(text, url)
  if (problem === undefined) return text === url.text ? url : literalOr(url, text)
  return context.faults.add(node.place, problem.message, {
    expected: 'a path such as /items, or an http or https URL',
    fix: problem.fix === undefined ? undefined : `${verb}: ${problem.fix}`,
  })
}

function urlProblem(
  text: string,
  { parts }: Template,
): { readonly message: string; readonly fix?: string } | undefined {
  const bare = parts
    .map(part => (typeof part === 'string' ? part : 'x'))
    .join('')
    .trim()
  if (/[\r\n]/.test(text)) return { message: 'the URL has a line break' }
  if (/\s/.test(bare))
    return {
      message: `the URL "${text}" has a space`,
      ...(parts.every(part => typeof part === 'string') ? { fix: text.replace(/\s/g, '%20') } : {}),
    }
  if (text.startsWith('{{') || (text.startsWith('/') && !text.startsWith('//'))) return undefined
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)
  if (scheme) {
    if (!/^https?$/i.test(scheme[1] ?? '')) return { message: `the URL "${text}" begins with ${scheme[1]}:` }
    if (text.includes('{{')) return undefined
    return URL.canParse(text) ? undefined : { message: `"${text}" is no URL` }
  }
  return {
    message: `the URL "${text}" begins neither with / nor with http`,
    fix:
      /^[\w-]+(\.[\w-]+)+(:\d+)?(\/|$)/.test(text) && !/^[\w-]+\.(html?|json|php|js|css|txt|xml)/.test(text)
        ? `https://${text}`
        : `/${text.replace(/^\/+/, '')}`,
  }
}

function readRequestName(node: Node, context: StepContext): string | undefined {
  const name = readString(node, context.faults, 'name')
  if (name === undefined) return undefined
  if (/[\p{Cc}]/u.test(name))
    return context.faults.add(node.place, 'a request name has a line break or control character', {
      expected: 'one line',
    })
  if (name.includes('{{')) {
    return context.faults.add(node.place, 'a request name holds {{ }}', {
      expected: 'a fixed name: requests are counted under it, and a name a value would be a table of thousands',
    })
  }
  if (name.length > 200)
    return context.faults.add(node.place, `a request name has ${name.length} characters`, { expected: 'at most 200' })
  return name
}

function reportSecondAuthorization(
  section: Section<typeof requestSchema>,
  header: boolean,
  context: StepContext,
): void {
  const given = [
    ...(section.has('basic') ? ['basic'] : []),
    ...(section.has('bearer') ? ['bearer'] : []),
    ...(header ? ['an authorization header'] : []),
  ]
  if (given.length < 2) return
  context.faults.add(
    section.placeOf(section.has('bearer') ? 'bearer' : 'basic'),
    `a request has one authorization, and this one has ${given.join(' and ')}`,
    { expected: given.join(' or ') },
  )
}

function literal(text: string): Template {
  return { text, parts: [text] }
}

function literalOr(template: Template, trimmed: string): Template {
  const parsed = parseTemplate(trimmed)
  return parsed.ok ? parsed.value : template
}
