import { type Document, visit } from 'yaml'
import type { FaultList } from './fault-list.ts'
import type { SourceText } from './source-text.ts'
import { yamlErrorInWords } from './yaml-faults.ts'
import { MAX_DEPTH } from './yaml-node.ts'

/** After so many lines with errors the rest is most likely their consequence. */
const MAX_LINES = 10

/** Reports what the parser found, one fault a line; true where the shape cannot be trusted. */
export function reportSyntax(document: Document.Parsed, source: SourceText, faults: FaultList): boolean {
  const lines = new Set<number>()
  const nested = document.errors.some(error => error.code === 'BLOCK_AS_IMPLICIT_KEY')
  for (const error of document.errors.slice(0, 100)) {
    if (nested && error.code === 'MULTILINE_IMPLICIT_KEY') continue
    // After an error the parser takes the rest for something else.
    if (lines.size > 0 && /in YAML stream/.test(error.message)) continue
    if (lines.size >= MAX_LINES) break
    if (error.code === 'RESOURCE_EXHAUSTION') {
      faults.add(source.place(error.pos[0], ''), `the file nests deeper than ${MAX_DEPTH} levels`, {
        expected: `at most ${MAX_DEPTH} levels`,
      })
      break
    }
    const quoted = /Missing closing/.test(error.message) ? quotedScalarAround(document, error.pos[0]) : undefined
    const words = yamlErrorInWords(error, source.text, quoted)
    const place = source.place(words.offset, '')
    if (lines.has(place.line ?? 0)) continue
    lines.add(place.line ?? 0)
    faults.add(place, words.message, { expected: words.expected, fix: words.fix })
  }
  for (const warning of document.warnings) {
    // Every tag is a fault of its own, known or not.
    if (warning.code === 'TAG_RESOLVE_FAILED') continue
    const expected = /YAML version/.test(warning.message)
      ? 'YAML 1.2: leave the %YAML line out'
      : 'a file without lines that start with %'
    faults.add(source.place(warning.pos[0], ''), `YAML warns: ${warning.message.split('\n')[0]}`, { expected })
  }
  return document.errors.length > 0
}

/** Where the quoted text begins that holds this offset. */
function quotedScalarAround(document: Document.Parsed, offset: number): number | undefined {
  let start: number | undefined
  visit(document, {
    Scalar: (_, { range, type }) => {
      const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE'
      if (quoted && range && range[0] <= offset && range[2] >= offset) start = range[0]
    },
  })
  return start
}
