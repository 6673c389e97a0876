import { createHash } from 'node:crypto'
import { mediaTypeOf } from '../scenario/media-type.ts'
import type { Body, Part } from '../scenario/step.ts'
import { compileTemplate, compileValue } from './compile-template.ts'
import { encodeFormComponent } from './request-url.ts'
import type { Scope } from './scope.ts'
import { isStatic, isStaticJson } from './static-template.ts'

/** A body, compiled. Where nothing in it changes, `build` gives the same bytes every time. */
export type CompiledBody = {
  /** The content-type where the step does not write one. */
  readonly contentType: string
  readonly static: boolean
  build(scope: Scope): Uint8Array
}

/** The bytes of `file:` bodies by path. */
export type Files = ReadonlyMap<string, Uint8Array>

/** Compiles the body of the request `name`, from which the multipart boundary is derived: it is the same in every run. */
export function compileBody(body: Body, files: Files, name: string): CompiledBody {
  switch (body.kind) {
    case 'json': {
      const value = compileValue(body.json)
      return once('application/json', isStaticJson(body.json), scope => Buffer.from(JSON.stringify(value(scope))))
    }
    case 'form': {
      const fields = body.fields.map(
        ([key, template]) => [encodeFormComponent(key), compileTemplate(template)] as const,
      )
      const fixed = body.fields.every(([, template]) => isStatic(template))
      const type = 'application/x-www-form-urlencoded'
      return once(type, fixed, scope =>
        Buffer.from(fields.map(([key, value]) => `${key}=${encodeFormComponent(value(scope))}`).join('&')),
      )
    }
    case 'text': {
      const text = compileTemplate(body.template)
      return once('text/plain; charset=utf-8', isStatic(body.template), scope => Buffer.from(text(scope)))
    }
    case 'file': {
      const bytes = fileBytes(files, body.file)
      return { contentType: mediaTypeOf(body.file), static: true, build: () => bytes }
    }
    case 'multipart':
      return compileMultipart(body.parts, files, name)
    case 'graphql':
      return compileGraphql(body)
  }
}

function compileGraphql(body: Extract<Body, { kind: 'graphql' }>): CompiledBody {
  const query = compileTemplate(body.query)
  const variables = body.variables === undefined ? undefined : compileValue(body.variables)
  const fixed = isStatic(body.query) && (body.variables === undefined || isStaticJson(body.variables))
  return once('application/json', fixed, scope =>
    Buffer.from(
      JSON.stringify({
        query: query(scope),
        ...(body.operationName === undefined ? {} : { operationName: body.operationName }),
        ...(variables === undefined ? {} : { variables: variables(scope) }),
      }),
    ),
  )
}

/** multipart/form-data (RFC 7578). */
function compileMultipart(parts: readonly Part[], files: Files, name: string): CompiledBody {
  const boundary = `squall-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`
  const pieces = parts.map(part => compilePart(part, files, boundary))
  const end = Buffer.from(`--${boundary}--\r\n`)
  return once(
    `multipart/form-data; boundary=${boundary}`,
    pieces.every(piece => piece.static),
    scope => Buffer.concat([...pieces.flatMap(piece => [piece.head, piece.content(scope), lineEnd]), end]),
  )
}

const lineEnd = Buffer.from('\r\n')

type Piece = { readonly head: Buffer; readonly static: boolean; content(scope: Scope): Uint8Array }

function compilePart(part: Part, files: Files, boundary: string): Piece {
  const { content } = part
  const filename = content.kind === 'file' ? `; filename="${quoted(content.filename)}"` : ''
  const type = part.type ?? partType(part)
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(part.name)}"${filename}\r\n` +
      `${type === '' ? '' : `content-type: ${type}\r\n`}\r\n`,
  )
  switch (content.kind) {
    case 'text': {
      const text = compileTemplate(content.template)
      return { head, static: isStatic(content.template), content: scope => Buffer.from(text(scope)) }
    }
    case 'json': {
      const value = compileValue(content.json)
      return { head, static: isStaticJson(content.json), content: scope => Buffer.from(JSON.stringify(value(scope))) }
    }
    case 'file': {
      const bytes = fileBytes(files, content.file)
      return { head, static: true, content: () => bytes }
    }
  }
}

function partType({ content }: Part): string {
  if (content.kind === 'json') return 'application/json'
  return content.kind === 'file' ? mediaTypeOf(content.file) : ''
}

/** WHATWG HTML: quotes and line breaks in names are percent-encoded. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function once(contentType: string, fixed: boolean, build: (scope: Scope) => Uint8Array): CompiledBody {
  if (!fixed) return { contentType, static: false, build }
  let bytes: Uint8Array | undefined
  return {
    contentType,
    static: true,
    build(scope) {
      bytes ??= build(scope)
      return bytes
    },
  }
}

/** Files were checked when the scenario was read; one that is missing now is a fault of the program. */
function fileBytes(files: Files, path: string): Uint8Array {
  const bytes = files.get(path)
  if (bytes === undefined) throw new Error(`the run has no file ${path}`)
  return bytes
}
