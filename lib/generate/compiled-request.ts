import type { JsonValue } from '../scenario/json.ts'
import type { Retry } from '../scenario/step.ts'
import type { Answer } from './answer.ts'
import type { HttpRequest } from './http-dispatcher.ts'
import type { UserSlot } from './user-slot.ts'

export type CompiledCheck = {
  readonly text: string
  /** Whether it asks for the status. */
  readonly ofStatus: boolean
  run(answer: Answer, user: UserSlot): { readonly pass: boolean; readonly actual: string }
}

export type CompiledSave = {
  readonly name: string
  readonly text: string
  /** Undefined where nothing matched and there is no fallback. */
  read(answer: Answer, user: UserSlot): JsonValue | undefined
  readonly fallback: JsonValue | undefined
}

/** A request step, compiled once a generator. */
export type CompiledRequest = {
  readonly name: string
  /** Place in `plan.requestNames`; -1 in `before:` and `after:`. */
  readonly index: number
  /**
   * What is sent now for this user. A request without templates is the same object every time.
   * @throws TemplateError where a template has no value.
   */
  build(user: UserSlot): HttpRequest
  readonly timeoutMs: number
  readonly redirects: number
  readonly keepsHeaders: boolean
  readonly keepsBody: boolean
  readonly checks: readonly CompiledCheck[]
  /** A check on `status` replaces the rule that 400 and above is a failure. */
  readonly checksStatus: boolean
  readonly saves: readonly CompiledSave[]
  readonly graphql: boolean
  readonly retry: Retry | undefined
}
