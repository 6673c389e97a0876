import type { JsonValue } from '../scenario/json.ts'

/** What `squall try` shows as it happens. All texts may hold secrets: who prints them masks them (`mask.ts`). */
export interface Tracer {
  iteration?(flow: string): void
  request?(event: {
    readonly name: string
    readonly method: string
    readonly url: string
    readonly headers: readonly string[]
    readonly body: Uint8Array | null
  }): void
  answer?(event: {
    readonly name: string
    readonly status: number
    readonly timeMs: number
    readonly headers: readonly (readonly [string, string])[]
    readonly body: string
  }): void
  redirect?(event: { readonly name: string; readonly status: number; readonly location: string }): void
  saved?(event: { readonly name: string; readonly value: JsonValue }): void
  check?(event: {
    readonly request: string
    readonly text: string
    readonly pass: boolean
    readonly actual: string
  }): void
  /** A request that failed, with its kind and the line that shows it; `request` is empty where no request was meant. */
  failure?(event: { readonly request: string; readonly kind: string; readonly message: string }): void
  retry?(event: { readonly request: string; readonly waitMs: number }): void
  think?(ms: number): void
}
