import { visibleText } from '../escape-control.ts'

/**
 * Text that is HTML already. Only `html` and `trusted` make it; every other value that reaches a page is escaped, so a
 * response, a scenario or an error message can never become an element or an attribute.
 */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type MarkupValue = string | number | Markup | undefined | readonly MarkupValue[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * The one escaping function, for text and for quoted attribute values. What a reader would not see, or would see in the
 * wrong place (control characters, characters that turn the direction of text around), becomes visible first.
 */
function escapeText(value: string): string {
  return visibleText(value).replace(/[&<>"']/g, character => ESCAPES[character] ?? '')
}

/** A page's part: constant text is markup, values are escaped unless they are markup; lists are joined, undefined is empty. */
export function html(constants: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = constants[0] ?? ''
  values.forEach((value, index) => {
    text += markupText(value) + (constants[index + 1] ?? '')
  })
  return new Markup(text)
}

/** Text of our own that is markup as it stands: the bundled script and style. Never for anything read or received. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

/** JSON for a data block: no `<`, so that no text in it can end the block or open a comment. */
export function jsonMarkup(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

function markupText(value: MarkupValue): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(markupText).join('')
  return escapeText(String(value))
}
