import type { JsonValue } from '../scenario/json.ts'
import type { Source } from '../scenario/source.ts'

const longest = 200

/** What a failed check found, in one line for the error sample: at most 200 characters. */
export function shownValue(source: Source, found: JsonValue | undefined): string {
  if (found === undefined) return 'nothing'
  if (source.kind === 'time' && typeof found === 'number') return `${Number(found.toPrecision(4))} ms`
  if (source.kind === 'size') return `${String(found)} byte${found === 1 ? '' : 's'}`
  if (source.kind === 'status') return String(found)
  if (found === '') return source.kind === 'body' ? 'an empty body' : 'an empty text'
  // Only the beginning of a long text is turned to JSON: bodies may be megabytes.
  if (typeof found === 'string') return shorten(JSON.stringify(found.slice(0, longest)), found.length > longest)
  return shorten(JSON.stringify(found), false)
}

function shorten(text: string, more: boolean): string {
  return text.length > longest || more ? `${text.slice(0, longest - 3)}...` : text
}
