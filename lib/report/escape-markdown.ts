import { visibleText } from './escape-control.ts'

/** Inserted behind a sign that hosts turn into a mention, a reference or a link: it breaks the pattern and is not seen. */
const BREAK = '&#8203;'

/** Nothing in such a text can end a code span, a table cell or a line. */
const PLAIN_CODE = /^[\w /.,:;=?!()[\]{}'"%^$+*~@#-]*\w[\w /.,:;=?!()[\]{}'"%^$+*~@#-]*$/

const entity = (character: string): string => `&#${character.charCodeAt(0)};`

/**
 * A line with nothing in it that could be syntax, wherever in a line it stands: punctuation is written as numbers, which
 * CommonMark never reads as syntax (0.31.2, section 2.5), and signs that hosts act upon in text (@user, #12, !34,
 * :emoji:, addresses) are parted from what follows.
 */
function inert(line: string): string {
  return line
    .replace(/[@#!$%~&](?=[\w"'])|:(?=\S)|www(?=\.)/gi, sign => `${sign}\n`)
    .replace(/[!-$&*+<->@[-`{-~]/g, entity)
    .replaceAll('\n', BREAK)
}

/**
 * A name or an answer's text in a Markdown document, shown as code: hosts make no mentions, references, links or emoji
 * inside it. Where the text holds a character with which it could leave a code span or a table's cell (a backtick, a
 * bar, a backslash, an angle bracket), it is a `<code>` element around inert text.
 */
export function markdownCode(text: string): string {
  const line = visibleText(text).trim()
  if (line === '') return ''
  return PLAIN_CODE.test(line) ? `\`${line}\`` : `<code>${inert(line)}</code>`
}

/**
 * Prose that holds names or answers' texts, as Markdown; what at the start of a line would open a list or be a command
 * to the host (`/close`) is written as a number, too.
 */
export function markdownText(text: string): string {
  const line = visibleText(text).trim()
  return inert(line).replace(/^[-/]|(?<=^\d+)[.)]/g, (first, at: number) =>
    at > 0 && /^\d+\.\d/.test(line) ? first : entity(first),
  )
}
