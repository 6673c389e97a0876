import type { RequestSample } from '../measure/request-sample.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Timers } from './timers.ts'
import type { Tracer } from './tracer.ts'

/** Where a generator writes down what happened: `Measurements` in a run, something smaller in `before:` and `squall try`. */
export interface Recorder {
  request(sample: RequestSample): void
  check(phase: number, request: number, text: string, pass: boolean, atUs: number): void
  iteration(flow: number, phase: number, intendedUs: number, endUs: number, failed: boolean): void
}

/** What all users of a generator share while it runs. */
export interface RunContext {
  /** µs from the start of the load; negative before it. */
  nowUs(): number
  /** The same for an instant of the monotonic clock. */
  sinceStartUs(monotonicUs: number): number
  epochMs(): number
  readonly timers: Timers
  readonly recorder: Recorder
  /** `vars`, `env`, `secret` and what `before:` saved. */
  readonly shared: ReadonlyMap<string, JsonValue>
  /** Place in `plan.phases` to which a request belongs that is due at `atUs` on the track. */
  phaseAt(track: number, atUs: number): number
  /** True from an abort on: nothing more is sent, and an answer that still comes ends its iteration or cuts it off. */
  halted: boolean
  /** True from when what is still open is cut off: no iteration goes on. */
  interrupting: boolean
  /** Events so far: answers, failures, starts. A turn of the event loop without one was idle. */
  events: number
  readonly tracer?: Tracer
}
