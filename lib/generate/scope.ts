import type { Random } from '../plan/random.ts'
import type { JsonValue } from '../scenario/json.ts'

/** What a template can read while it is filled in. */
export interface Scope {
  /** A data set's row, a saved value, `vars`, `env`, `secret`, `response`, `iteration` or `vu`; undefined: there is none. */
  value(root: string): JsonValue | undefined
  /** The iteration's own sequence: all randomness of templates comes from it. */
  readonly random: Random
  /** Epoch ms, for `now()`. */
  epochMs(): number
  /** The bytes about to be sent, for `hmac('sha256', key, body)`; set once the body is built, before the headers. */
  readonly body?: Uint8Array | undefined
}
