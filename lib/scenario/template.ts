import type { JsonValue } from './json.ts'

/** A CEL expression that was parsed and whose names were checked when the scenario was read. */
export type Expression = {
  /** The CEL source text. */
  readonly expression: string
  /** The first identifiers it reads (`vars`, `account`, `token`); functions are not among them. */
  readonly roots: readonly string[]
}

/** A hole of a template: `{{ expression or fallback }}`. */
export type Hole = Expression & { readonly fallback?: JsonValue }

/** Text with holes, in source order. Static when every part is a string. `text` is the source as written. */
export type Template = { readonly text: string; readonly parts: readonly (string | Hole)[] }

/** A JSON body with templates anywhere in it. A string that is exactly one hole keeps the value's type. */
export type JsonTemplate =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'list'; readonly items: readonly JsonTemplate[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Template, JsonTemplate])[] }
