import stringWidth from 'string-width'
import { visibleText } from './escape-control.ts'

/** Latin letters, punctuation, and what lines, boxes and bars are drawn with: each is one column wide. */
const NARROW = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2500-\u25a1]*$/

/** Columns that a text takes; wide characters take two. What few texts have is looked up only where it is there. */
export const textWidth = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text))

/** Made at its first use: that takes longer than a whole report. */
let segmenter: Intl.Segmenter | undefined

function charactersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return [...segmenter.segment(text)].map(part => part.segment)
}

/** As many whole characters from the start (or, given reversed, from the end) as fit into `width` columns. */
function taken(characters: readonly string[], width: number): string[] {
  const kept: string[] = []
  let used = 0
  for (const character of characters) {
    used += textWidth(character)
    if (used > width) break
    kept.push(character)
  }
  return kept
}

/**
 * A user's or an answer's text for a terminal: controls made visible and, where it is longer than `width` columns, its
 * middle left out, since the method and the last part of a path say the most.
 */
export function cutMiddle(text: string, width: number): string {
  const line = visibleText(text)
  if (textWidth(line) <= width) return line
  if (width <= 1) return width === 1 ? '…' : ''
  const characters = charactersOf(line)
  const head = taken(characters, Math.ceil((width - 1) / 2))
  const room = width - 1 - textWidth(head.join(''))
  const tail = taken(characters.toReversed(), room).toReversed()
  return `${head.join('')}…${tail.join('')}`
}

/** Cut at the end instead of the middle: for sentences. */
export function cutEnd(text: string, width: number): string {
  const line = visibleText(text)
  if (textWidth(line) <= width) return line
  if (width <= 1) return width === 1 ? '…' : ''
  const characters = charactersOf(line)
  return `${taken(characters, width - 1).join('')}…`
}

/** Fills with blanks up to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

/** Right-aligns: numbers stand under one another by their last digit. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text
}

/** A paragraph is no place for a whole answer's body. */
const MOST_LINES = 6

/**
 * Breaks prose into lines of at most `width` columns, at blanks; a word that is longer than a line is cut in its middle,
 * and what would follow a sixth line is left out.
 */
export function wrapText(text: string, width: number): string[] {
  return wrapped(visibleText(text).split(' '), ' ', width)
}

/** Breaks a list into lines, between its items only: `1,406 timeout, 812 status 500`. */
export function wrapItems(items: readonly string[], width: number): string[] {
  return wrapped(
    items.map((item, at) => (at < items.length - 1 ? `${item},` : item)),
    ' ',
    width,
  )
}

function wrapped(pieces: readonly string[], glue: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const whole of pieces) {
    if (whole === '') continue
    const piece = cutMiddle(whole, width)
    const joined = line === '' ? piece : line + glue + piece
    if (textWidth(joined) <= width) {
      line = joined
      continue
    }
    lines.push(line)
    line = piece
    if (lines.length === MOST_LINES) return [...lines.slice(0, -1), cutEnd(`${lines.at(-1)} …`, width)]
  }
  return line === '' ? lines : [...lines, line]
}
