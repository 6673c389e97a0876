import { graphqlOperation } from './graphql-operation.ts'
import { mediaTypeOf } from './media-type.ts'
import { readJson, readTemplate } from './read-template.ts'
import { readString } from './read-value.ts'
import { readNamedFile } from './scenario-file.ts'
import { type graphqlSchema, partSchema, type requestSchema } from './schema-step.ts'
import { asList, asMap, Section } from './section.ts'
import type { Body, Part } from './step.ts'
import type { StepContext } from './step-context.ts'
import type { Template } from './template.ts'
import { MAX_TEXT } from './yaml-document.ts'
import { kindOf, type Node } from './yaml-node.ts'

export type ReadBody = { readonly body: Body; readonly contentType?: string }

const bodyKeys = ['json', 'form', 'multipart', 'body', 'file'] as const

/** The one body of a request, and the content type that goes with it. */
export function parseBody(section: Section<typeof requestSchema>, context: StepContext): ReadBody | undefined {
  const [first, second] = bodyKeys.filter(key => section.has(key))
  if (first === undefined) return undefined
  if (second !== undefined) {
    return context.faults.add(
      section.placeOf(second),
      `a request has one body, and this one has "${first}" and "${second}"`,
      { expected: `${first} or ${second}` },
    )
  }
  const node = section.written(first)
  if (node === undefined) return undefined
  switch (first) {
    case 'json': {
      const json = readJson(node, context.scope, context.faults)
      return json && { body: { kind: 'json', json }, contentType: 'application/json' }
    }
    case 'form': {
      const fields = readFields(node, 'form', context)
      return { body: { kind: 'form', fields }, contentType: 'application/x-www-form-urlencoded' }
    }
    case 'body': {
      const template = readTemplate(node, 'body', context.scope, context.faults, MAX_TEXT)
      return template && { body: { kind: 'text', template }, contentType: 'text/plain; charset=utf-8' }
    }
    case 'file': {
      const file = readNamedFile(node, 'the file', context.scenario.read, context.faults)
      if (file === undefined) return undefined
      context.scenario.files.set(file.path, file.bytes)
      return { body: { kind: 'file', file: file.path }, contentType: mediaTypeOf(file.path) }
    }
    case 'multipart': {
      const items = asList(node, 'multipart', 'a list of one-key maps: - field: value', context.faults) ?? []
      const parts = items.map(item => parsePart(item, context)).filter(part => part !== undefined)
      return { body: { kind: 'multipart', parts } }
    }
  }
}

/** Names and texts in order; a list repeats its name. */
export function readFields(
  node: Node,
  what: string,
  context: StepContext,
  lists = false,
): readonly (readonly [string, Template])[] {
  const map = asMap(node, what, 'a map of names and values', context.faults)
  return (map?.entries ?? []).flatMap(entry => {
    const values = lists && entry.value.kind === 'list' ? entry.value.items : [entry.value]
    return values.flatMap(value => {
      if (value.kind !== 'scalar') {
        context.faults.add(value.place, `"${entry.key}" is ${kindOf(value)}`, {
          expected: lists ? 'text, or a list of texts' : 'text',
        })
        return []
      }
      const empty = value.value === null ? { ...value, value: '', text: '' } : value
      const template = readTemplate(empty, `"${entry.key}"`, context.scope, context.faults, MAX_TEXT)
      return template ? [[entry.key, template] as const] : []
    })
  })
}

/** `query` and `variables` of a graphql step; a document of several operations is a fault. */
export function parseGraphql(
  section: Section<typeof graphqlSchema>,
  context: StepContext,
): Extract<Body, { kind: 'graphql' }> | undefined {
  const node = section.require('query', 'a graphql step', 'query: "{ me { id } }"')
  if (node === undefined) return undefined
  const query = readTemplate(node, 'query', context.scope, context.faults, 100_000)
  const variablesNode = section.written('variables')
  const variables = variablesNode && readJson(variablesNode, context.scope, context.faults)
  const operationNode = section.written('operation')
  const written = operationNode && readString(operationNode, context.faults, 'operation')
  if (query === undefined) return undefined
  const operations = graphqlOperation(query.text)
  if (written === undefined && operations.length > 1) {
    context.faults.add(node.place, `the document has ${operations.length} operations`, {
      expected: `operation: ${operations.join(' or ')}`,
    })
  }
  if (written !== undefined && operations.length > 0 && !operations.includes(written)) {
    context.faults.add(section.placeOf('operation'), `the document has no operation "${written}"`, {
      expected: operations.join(' or '),
    })
  }
  const operationName = written ?? operations[0]
  return {
    kind: 'graphql',
    query,
    ...(variables === undefined ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
  }
}

function parsePart(node: Node, context: StepContext): Part | undefined {
  const [entry, second] = node.kind === 'map' ? node.entries : []
  if (entry === undefined || second !== undefined) {
    return context.faults.add(
      node.place,
      `a part is ${second === undefined ? kindOf(node) : 'a map of several keys'}`,
      {
        expected: 'a map of one key, the name of the part: - photo: { file: a.png, type: image/png }',
      },
    )
  }
  const name = entry.key
  if (/[\r\n]/.test(name))
    return context.faults.add(entry.place, "a part's name has a line break", { expected: 'one line' })
  if (entry.value.kind !== 'map') {
    const template = readTemplate(entry.value, `the part ${name}`, context.scope, context.faults)
    return template && { name, content: { kind: 'text', template } }
  }
  const part = new Section(entry.value, partSchema, 'a part', context.faults)
  const given = (['text', 'json', 'file'] as const).filter(key => part.has(key))
  const [key] = given
  if (key === undefined || given.length > 1) {
    return context.faults.add(
      entry.place,
      `the part ${name} has ${key === undefined ? 'no content' : given.join(' and ')}`,
      { expected: 'text, json or file' },
    )
  }
  const value = part.written(key)
  const typeNode = part.written('type')
  const type = typeNode && headerLine(typeNode, 'type', context)
  if (value === undefined) return undefined
  const typed = (byDefault?: string) => {
    const used = type ?? byDefault
    return used === undefined ? {} : { type: used }
  }
  if (key === 'text') {
    const template = readTemplate(value, 'text', context.scope, context.faults)
    return template && { name, content: { kind: 'text', template }, ...typed() }
  }
  if (key === 'json') {
    const json = readJson(value, context.scope, context.faults)
    return json && { name, content: { kind: 'json', json }, ...typed('application/json') }
  }
  const file = readNamedFile(value, 'the file', context.scenario.read, context.faults)
  if (file === undefined) return undefined
  context.scenario.files.set(file.path, file.bytes)
  const filenameNode = part.written('filename')
  const filename =
    (filenameNode && headerLine(filenameNode, 'filename', context)) ?? file.path.split('/').at(-1) ?? 'file'
  return { name, content: { kind: 'file', file: file.path, filename }, ...typed(mediaTypeOf(file.path)) }
}

function headerLine(node: Node, what: string, context: StepContext): string | undefined {
  const text = readString(node, context.faults, what)
  return text !== undefined && /[\r\n]/.test(text)
    ? context.faults.add(node.place, `${what} has a line break`, { expected: 'one line' })
    : text
}
