import type { YAMLError } from 'yaml'
import { secondColonInBraces, valueEnd } from './flow-colon.ts'
import { closedLine, openBracket } from './open-bracket.ts'
import { quote, quotedHole, unbalanced } from './quoted-hole.ts'

type Words = { readonly message: string; readonly expected?: string; readonly fix?: string; readonly offset: number }

const MAX_LINE = 500

/**
 * A parser's error in the words of someone who writes scenarios: what stands on the line, and the line as it should be.
 * `scalarStart` is where the quoted text that holds the error begins.
 */
export function yamlErrorInWords(error: YAMLError, source: string, scalarStart: number | undefined): Words {
  const offset = Math.max(0, Math.min(error.pos[0], source.length))
  const line = lineAt(source, offset)
  // Behind the hyphen of an entry a tab is one, too.
  const indentTab = /^[ ]*(?:-[ ]*)*\t/.exec(line.text)
  if (error.code === 'TAB_AS_INDENT' || indentTab) {
    const column = indentTab ? indentTab[0].length - 1 : 0
    return {
      message: 'a tab is used as indentation',
      expected: 'spaces',
      fix: line.text.replace(/^[\s-]+/, space => space.replace(/(?<=-[ ]*)\t/g, ' ').replaceAll('\t', '  ')).trimEnd(),
      offset: line.start + column,
    }
  }
  if (/Missing closing/.test(error.message)) {
    const start = scalarStart ?? offset
    const opening = lineAt(source, start)
    const quote = source[start] === "'" ? "'" : '"'
    return {
      message: `the quote ${quote} that is opened here is never closed`,
      expected: `a closing ${quote}`,
      fix: `${opening.text.trim()}${quote}`,
      offset: start,
    }
  }
  const hole = quotedHole(line.text)
  if (hole !== undefined) {
    return {
      message: 'a value with {{ }} is not in quotes',
      expected: 'put {{ }} in quotes',
      fix: hole.line,
      offset: line.start + hole.column,
    }
  }
  const cut = cutBracket(source, offset)
  if (cut !== undefined) {
    return {
      message: 'YAML cut this at #: what follows is a comment, and a bracket stays open',
      expected: 'text that holds " #" in quotes',
      offset: cut,
    }
  }
  if (error.code === 'BAD_SCALAR_START') {
    const rest = line.text.slice(offset - line.start).trim()
    return {
      message: `a value cannot start with ${source[offset] ?? 'this character'} in YAML`,
      expected: 'the value in quotes',
      fix: `${line.text.slice(0, offset - line.start).trim()} ${quote(rest)}`.trim(),
      offset,
    }
  }
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY' || /Nested mappings/.test(error.message)) {
    return secondColon(line, source, offset)
  }
  if (error.code === 'BAD_DQ_ESCAPE') {
    return {
      message: `${error.message.replace(/^Invalid escape sequence/, 'there is no escape')} in text between "`,
      expected: "text between ' where \\ stands for itself, or \\\\",
      offset,
    }
  }
  if (/Implicit (map )?keys need/.test(error.message)) {
    return {
      message: `"${line.text.trim().slice(0, 60)}" is neither "key: value" nor a list item`,
      expected: 'key: value',
      ...colonFix(line.text),
      offset: line.start + indentOf(line.text),
    }
  }
  if (/^Unexpected ,/.test(error.message)) {
    return {
      message: 'a comma stands where a value is expected',
      expected: 'one comma between values',
      offset,
    }
  }
  const inFlow = /flow (collection|map|sequence)|in flow|end with a/i.test(error.message)
  const bracket = inFlow ? openBracket(source, offset) : undefined
  const second = bracket === undefined ? undefined : secondColonInBraces(source, bracket)
  if (second !== undefined) return second
  if (bracket !== undefined) {
    const close = source[bracket] === '[' ? ']' : '}'
    return {
      message: `the ${source[bracket]} that is opened here is not closed`,
      expected: `${close}, or the whole value in quotes`,
      ...closingFix(source, bracket),
      offset: bracket,
    }
  }
  if (/flow-(seq|map)-start at node end/.test(error.message)) {
    const column = offset - line.start
    const start = Math.max(line.text.lastIndexOf(': ', column), line.text.lastIndexOf('- ', column)) + 2
    const end = column + valueEnd(line.text.slice(column))
    const fix = `${line.text.slice(0, start)}${quote(line.text.slice(start, end))}${line.text.slice(end)}`
    return {
      message: `a ${source[offset]} stands inside a value between { } or [ ]`,
      expected: 'the value in quotes, or on a line of its own',
      fix: fix.trim(),
      offset,
    }
  }
  if (/at node end/.test(error.message) && /['"]/.test(line.text)) {
    return {
      message: 'something stands behind a closing quote',
      expected: `a ' inside '...' doubled, or the other kind of quotes around it`,
      offset,
    }
  }
  if (error.code === 'BAD_INDENT' || /Sequence item without|same column/.test(error.message)) {
    return {
      message: 'this line is not indented like the lines it belongs to',
      expected: 'the same number of spaces as the lines before it',
      offset: offset === line.start ? line.start + indentOf(line.text) : offset,
    }
  }
  if (error.code === 'BAD_ALIAS' || error.code === 'ALIAS_PROPS') {
    return {
      message: 'a value that starts with * or & is an alias or an anchor in YAML',
      expected: 'the value in quotes',
      offset,
    }
  }
  if (error.code === 'MISSING_CHAR' && /comment/i.test(error.message)) {
    return {
      message: 'a # stands directly after a value',
      expected: 'a space before the comment, or the value in quotes',
      offset,
    }
  }
  if (/flow (collection|map|sequence)|and end with|Expected .*[\]}]/.test(error.message)) {
    return {
      message: 'a [ or { is never closed, or is closed by the wrong bracket',
      expected: 'the matching ] or }, or the value in quotes',
      offset,
    }
  }
  const plain = error.message.split('\n')[0] ?? 'it cannot be read'
  return {
    message: `this is not YAML: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`,
    expected: 'YAML: key: value, and - before list items',
    offset,
  }
}

/** A map inside a plain value: either a second ": " on the line, or a line below that is indented too deep. */
function secondColon(line: { readonly text: string; readonly start: number }, source: string, offset: number): Words {
  const split = /^(\s*(?:- )?[^:]+: )(.*: .*)$/.exec(line.text)
  if (!split && line.text.length < MAX_LINE) {
    const next = source.indexOf('\n', offset) + 1
    const below = lineAt(source, next)
    return {
      message: 'this line is indented deeper than the key above it, which has a value already',
      expected: 'the same number of spaces as the lines it belongs to',
      fix: below.text.trim(),
      offset: below.start + indentOf(below.text),
    }
  }
  const [, key = '', value = ''] = split ?? []
  const list = /\b(steps|start|then|else|before|after): $/.test(key)
  return {
    message: 'there is a second ": " on this line, so that YAML sees a map inside a value',
    expected: list ? 'a list: [ ], or - on lines of their own' : 'the value in quotes',
    fix: `${key.trim()} ${list ? `[${value.trim()}]` : quote(value.trim())}`,
    offset,
  }
}

/** The # of a comment, on this line or the two before, that stands behind an open bracket. */
function cutBracket(source: string, offset: number): number | undefined {
  let line = lineAt(source, offset)
  for (let back = 0; back < 3; back += 1) {
    const comment = line.text.search(/\s#/)
    if (comment > 0 && unbalanced(line.text.slice(0, comment))) return line.start + comment + 1
    if (line.start === 0) return undefined
    line = lineAt(source, line.start - 1)
  }
  return undefined
}

function closingFix(source: string, bracket: number): { readonly fix?: string } {
  const { text, start } = lineAt(source, bracket)
  const fix = closedLine(text, source.slice(start + text.length, start + text.length + MAX_LINE))
  return fix === undefined ? {} : { fix }
}

function colonFix(line: string): { readonly fix?: string } {
  const match =
    /^(\s*(?:- )?)([\w-]+):(\S.*)$/.exec(line) ??
    /^(\s*(?:- )?)([\w-]+) *= *(\S.*)$/.exec(line) ??
    /^(\s*(?:- )?)([\w-]+) +(\S.*)$/.exec(line)
  return match
    ? { fix: `${(match[1] ?? '').trim()}${(match[1] ?? '').includes('-') ? ' ' : ''}${match[2]}: ${match[3]}` }
    : {}
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** The line around an offset; of a very long one the part before the offset and a little after. */
function lineAt(source: string, offset: number): { readonly text: string; readonly start: number } {
  const start = Math.max(source.lastIndexOf('\n', offset - 1) + 1, offset - MAX_LINE)
  const end = source.indexOf('\n', offset)
  return {
    text: source.slice(start, Math.min(end < 0 ? source.length : end, offset + MAX_LINE)).replace(/\r$/, ''),
    start,
  }
}
