import type { Check } from './check.ts'
import type { JsonValue } from './json.ts'
import type { Pick, Source } from './source.ts'
import type { Expression, JsonTemplate, Template } from './template.ts'

/** A length of time: fixed, uniform between two bounds, or normal (never below zero). Milliseconds. */
export type Delay =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly deviationMs: number }
  /** `think: "{{ vars.pause }}"`: the value is a number of milliseconds or a text such as `2s`. */
  | { readonly kind: 'template'; readonly template: Template }

export type Part = {
  readonly name: string
  readonly content:
    | { readonly kind: 'text'; readonly template: Template }
    | { readonly kind: 'json'; readonly json: JsonTemplate }
    | { readonly kind: 'file'; readonly file: string; readonly filename: string }
  readonly type?: string
}

/** `file` values are paths relative to the scenario's folder, checked when read; their bytes travel as `scenario.files`. */
export type Body =
  | { readonly kind: 'json'; readonly json: JsonTemplate }
  | { readonly kind: 'form'; readonly fields: readonly (readonly [string, Template])[] }
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'multipart'; readonly parts: readonly Part[] }
  | {
      readonly kind: 'graphql'
      readonly query: Template
      readonly variables?: JsonTemplate
      readonly operationName?: string
    }

export type Save = {
  readonly name: string
  readonly pick: Pick
  readonly source: Source
  /** `or VALUE`: used where nothing matched. Without it a miss fails the request and ends the iteration. */
  readonly fallback?: JsonValue
}

export type Retry = {
  /** Status codes, and error kinds such as ECONNRESET or `timeout`. */
  readonly statuses: readonly number[]
  readonly errors: readonly string[]
  readonly times: number
  readonly waitMs: number
}

export type RequestStep = {
  readonly kind: 'request'
  /** The request name: the template's text, never the rendered path. */
  readonly name: string
  readonly method: string
  /** Path or absolute URL as written. */
  readonly url: Template
  readonly query: readonly (readonly [string, Template])[]
  /** Lower-cased names; a scenario-wide header of the same name is already replaced. */
  readonly headers: readonly (readonly [string, Template])[]
  readonly body?: Body
  readonly basic?: Template
  readonly bearer?: Template
  readonly timeoutMs: number
  readonly redirects: number
  readonly checks: readonly Check[]
  readonly saves: readonly Save[]
  readonly retry?: Retry
  readonly when?: Expression
}

/** One action of a flow. `use` is already replaced by the snippet's steps. */
export type Step =
  | RequestStep
  | { readonly kind: 'think'; readonly delay: Delay; readonly when?: Expression }
  | { readonly kind: 'set'; readonly values: readonly (readonly [string, JsonTemplate])[]; readonly when?: Expression }
  | {
      readonly kind: 'when'
      readonly condition: Expression
      readonly then: readonly Step[]
      readonly else: readonly Step[]
    }
  | {
      readonly kind: 'repeat'
      readonly times: number | Expression
      readonly until?: Expression
      readonly steps: readonly Step[]
      readonly when?: Expression
    }
  | {
      readonly kind: 'each'
      readonly variable: string
      readonly list: Expression
      readonly until?: Expression
      readonly steps: readonly Step[]
      readonly when?: Expression
    }
  /** Counted like a flow of its own under `FLOW / GROUP`. */
  | { readonly kind: 'group'; readonly name: string; readonly steps: readonly Step[]; readonly when?: Expression }
