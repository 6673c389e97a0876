/** Text in quotes that is longer is no text in quotes: one of them is not closed. */
const LONGEST_TEXT = 10_000

const CLOSES: Readonly<Record<string, string>> = { '[': ']', '{': '}' }

/** Where the innermost [ or { was opened that is still open at the offset. */
export function openBracket(source: string, offset: number): number | undefined {
  const open: number[] = []
  const from = Math.max(0, offset - 10_000)
  for (let index = from; index < offset; index += 1) {
    const text = quotedText(source, index)
    if (text !== undefined) index += text.length - 1
    const sign = text === undefined ? source[index] : ''
    if (sign === '[' || sign === '{') open.push(index)
    else if (sign === ']' || sign === '}') open.pop()
  }
  return open.at(-1)
}

/**
 * The line with every bracket that it opens closed: before a bracket that closes another one, else at its end. Undefined
 * where the value goes on in the lines below, of which none can be told to be its last.
 */
export function closedLine(line: string, below: string): string | undefined {
  const open: { readonly close: string; readonly blank: string }[] = []
  let closed = ''
  let at = 0
  const closeLast = () => {
    const last = open.pop()
    if (last === undefined) return
    const [, text = '', blank = ''] = /^(.*?)(\s*)$/s.exec(closed) ?? []
    // An empty pair of brackets, and a closing bracket that the line has already, take no blank of their own.
    closed = `${text}${/[[{]$/.test(text) ? '' : last.blank}${last.close}${blank}`
  }
  while (at < line.length) {
    const text = quotedText(line, at) ?? line.charAt(at)
    at += text.length
    const close = CLOSES[text]
    if (close !== undefined) open.push({ close, blank: line[at] === ' ' ? ' ' : '' })
    if ((text !== ']' && text !== '}') || open.length === 0) closed += text
    else if (open.some(one => one.close === text)) {
      while (open.at(-1)?.close !== text) closeLast()
      open.pop()
      closed += text
    } else closed += open.pop()?.close ?? ''
  }
  if (open.length > 0 && goesOn(line, below)) return undefined
  closed = closed.trimEnd()
  while (open.length > 0) closeLast()
  return closed.trim()
}

/** Text in quotes that begins here, as it is written: where a value may begin, a quote does. */
function quotedText(text: string, at: number): string | undefined {
  const quote = text[at]
  if (quote !== '"' && quote !== "'") return undefined
  let before = at - 1
  while (/\s/.test(text[before] ?? '')) before -= 1
  if (before >= 0 && !/[[{,:-]/.test(text[before] ?? '')) return undefined
  return /^("(?:\\.|[^"\\])*"|'(?:''|[^'])*')/.exec(text.slice(at, at + LONGEST_TEXT))?.[0]
}

function goesOn(line: string, below: string): boolean {
  const next = below.split('\n').find(text => text.trim() !== '') ?? ''
  return /[[{,:]\s*$/.test(line) || indentOf(next) > indentOf(line)
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
