// By import: the global of this name is looked up through a getter every time.
import { performance } from 'node:perf_hooks'

/** A generator's time: µs since an arbitrary origin, monotonic. The load's start is an instant on it. */
export interface Clock {
  nowUs(): number
  /** Epoch ms, for dates and `now()` in templates; never used to measure. */
  epochMs(): number
}

/** Node's monotonic clock. */
export const monotonicClock: Clock = {
  nowUs: () => performance.now() * 1000,
  epochMs: () => Date.now(),
}

/** The same, but for the wall clock being read once, now: where it is set later on, this one's dates go on as they were. */
export function steadyClock(): Clock {
  const originMs = Date.now() - performance.now()
  return { nowUs: monotonicClock.nowUs, epochMs: () => originMs + performance.now() }
}
