import { textWidth } from '../report/terminal-text.ts'
import type { Terminal } from './terminal.ts'

/** Lines so far from the margin are a file's own, or a command to copy. */
const verbatimIndent = 4

/** Says something beside the output of a command, in lines that fit the terminal. */
export function tell(terminal: Terminal, text: string): void {
  terminal.err(`${wrapLines(text, terminal.width)}\n`)
}

/** A line of a log, which is looked at later: with the time of day here. */
export function logAt(terminal: Terminal, text: string, epochMs: number): void {
  tell(terminal, `${new Date(epochMs).toTimeString().slice(0, 'HH:MM:SS'.length)} ${text}`)
}

/**
 * Breaks lines that are wider than `width` columns at their blanks, and sets what follows in by four. A word that is
 * wider stays whole, so that an address or a path can be copied; so does a line that begins with four blanks.
 */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap(line => (/^ {4}/.test(line) ? [line] : wrapLine(line, width)))
    .join('\n')
}

function wrapLine(line: string, width: number): readonly string[] {
  const lines: string[] = []
  let kept = ''
  // Each word with the blanks before it: two of them part a place from what is said of it.
  for (const [piece] of line.matchAll(/ *[^ ]+/g)) {
    if (kept !== '' && textWidth(kept + piece) > width) {
      lines.push(kept)
      kept = ' '.repeat(verbatimIndent) + piece.trimStart()
    } else kept += piece
  }
  return [...lines, kept]
}
