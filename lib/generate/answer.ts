import type { JsonValue } from '../scenario/json.ts'

/** An answer as checks and saves read it. Names of headers are lower-case. */
export interface Answer {
  readonly status: number
  /** Service time: from the send to the end of the answer. */
  readonly timeMs: number
  /** Of the body as it came. */
  readonly sizeBytes: number
  /** The first value, undefined where there is none. */
  header(name: string): string | undefined
  headers(name: string): readonly string[]
  cookie(name: string): string | undefined
  /** The body, decoded when it is first read. */
  text(): string
  /** Parsed once and remembered; undefined where the body is not JSON. */
  json(): JsonValue | undefined
}
