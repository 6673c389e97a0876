import type { Report } from './report.ts'

/** Not forbidden in JSON, but acted upon by terminals (C1 controls), by old JavaScript and by bidirectional layout. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * The report as scripts and CI read it: `squall.report.v1`, indented by two, keys in the order of the `Report` type and
 * the schema first. Figures that were not measured are absent; a number that is none never stands as null.
 */
export function renderJson(report: Report): string {
  const { schema, ...rest } = report
  return `${jsonText({ schema, ...rest }, 2)}\n`
}

/** Any value for a script and for a terminal: on one line, or indented; what is no number is left out. */
export function jsonText(value: object, indent?: number): string {
  const text = JSON.stringify(
    value,
    (_, inner: unknown) => (typeof inner === 'number' && !Number.isFinite(inner) ? undefined : inner),
    indent,
  )
  return text.replace(UNSAFE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
