import { type Document, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml'
import type { FaultList } from './fault-list.ts'
import { SourceText } from './source-text.ts'
import { MAX_DEPTH, type Node, type Place, type SourceFile } from './yaml-node.ts'
import { reportSyntax } from './yaml-syntax.ts'
import { YamlTree } from './yaml-tree.ts'

/** The largest scenario file, in characters. */
export const MAX_TEXT = 1_000_000
const MAX_LINES = 50_000
/** No scenario opens so many brackets that it does not close; the parser would call itself for each. */
const MAX_OPEN = 2_000

/**
 * Reads YAML 1.2 (and so JSON) into nodes that know their places. Nothing that YAML would read otherwise than a person does is let through.
 *
 * @returns undefined where the text has no shape to go on with; the faults say why
 */
export function readYaml(text: string, file: SourceFile, faults: FaultList): Node | undefined {
  const whole: Place = { source: file, line: 1, column: 1, path: '' }
  const tooDeep = () =>
    faults.add(whole, `the file nests deeper than ${MAX_DEPTH} levels`, { expected: `at most ${MAX_DEPTH} levels` })
  if (text.length > MAX_TEXT) {
    return faults.add(whole, `the file has ${text.length} characters`, {
      expected: `at most ${MAX_TEXT}; put rows into a CSV file`,
    })
  }
  if (text.includes('\0')) return faults.add(whole, 'the file is binary', { expected: 'YAML or JSON text in UTF-8' })
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (source.trim() === '') {
    return faults.add(whole, 'the file is empty', {
      expected: 'at least a target and steps',
      fix: 'target: http://127.0.0.1:8080',
    })
  }
  if (/\r(?!\n)/.test(source) && !source.includes('\n')) {
    return faults.add(whole, 'the lines of the file end with a carriage return alone, so that YAML sees one line', {
      expected: 'line feeds at the ends of lines',
    })
  }
  const lines = source.split('\n').length
  if (lines > MAX_LINES) {
    return faults.add(whole, `the file has ${lines} lines`, {
      expected: `at most ${MAX_LINES}; put rows into a CSV file`,
    })
  }
  if (opensTooMany(source)) {
    return faults.add(whole, `more than ${MAX_OPEN} brackets are opened and not closed`, {
      expected: `at most ${MAX_DEPTH} levels`,
    })
  }
  try {
    return readDocument(source, file, faults)
  } catch (error) {
    // The parser calls itself for every level.
    if (error instanceof RangeError) return tooDeep()
    throw error
  }
}

function readDocument(text: string, file: SourceFile, faults: FaultList): Node | undefined {
  const lineCounter = new LineCounter()
  const parsed = parseAllDocuments<ParsedNode>(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    intAsBigInt: false,
    logLevel: 'silent',
    merge: false,
    resolveKnownTags: false,
  })
  const source = new SourceText(text, file, lineCounter)
  const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : []
  const [first, second] = documents
  if (first && reportSyntax(first, source, faults)) return undefined
  if (second) {
    const start = second.contents?.range?.[0] ?? second.range[0]
    faults.add(source.place(start, ''), 'a second document starts here', {
      expected: 'one scenario a file, without --- between',
    })
  }
  const version = first?.directives?.yaml
  if (version?.explicit && version.version !== '1.2') {
    faults.add(source.place(0, ''), `the file asks for YAML ${version.version}, where yes, on and 1:30 are no text`, {
      expected: 'YAML 1.2: leave the %YAML line out',
    })
  }
  if (first?.contents) return new YamlTree(source, faults).read(first.contents)
  return faults.add(source.place(0, ''), 'the file holds comments only', { expected: 'at least a target and steps' })
}

function opensTooMany(source: string): boolean {
  let open = 0
  for (let index = 0; index < source.length; index += 1) {
    const code = source.charCodeAt(index)
    if (code === 0x5b || code === 0x7b) open += 1
    else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1
    if (open > MAX_OPEN) return true
  }
  return false
}
