type Named = {
  /** As written, or the phase's number in its track, from 1. */
  readonly name: string
  /** The phase as a reader would write it: `rate 50/s -> 500/s for 1m`. */
  readonly text: string
  /** Shown, and not judged. */
  readonly warmup: boolean
}

/** Iterations arrive whether or not earlier ones have finished. The rate runs linearly from one value to the other. */
export type OpenPhase = Named & {
  readonly kind: 'open'
  readonly fromPerSecond: number
  readonly toPerSecond: number
  readonly durationMs: number
  readonly arrivals: 'even' | 'poisson'
  /** As written; where absent the plan derives it from rate and timeout. */
  readonly maxUsers?: number
  readonly connections: 'reuse' | 'fresh'
}

/**
 * Each user starts its next iteration when its last has ended. The number of users runs linearly from one value to the
 * other over `rampMs` (0: at once) and then holds; `rampMs` is at most `durationMs`.
 */
export type ClosedPhase = Named & {
  readonly kind: 'closed'
  readonly fromUsers: number
  readonly toUsers: number
  readonly rampMs: number
  readonly durationMs: number
}

/** A fixed number of iterations: shared by the users, or so many each. Always the last phase of its track. */
export type IterationsPhase = Named & {
  readonly kind: 'iterations'
  readonly iterations: number
  readonly each: boolean
  readonly users: number
  readonly withinMs: number
}

/** Retires every user and sends nothing. */
export type PausePhase = Named & { readonly kind: 'pause'; readonly durationMs: number }

export type LoadPhase = OpenPhase | ClosedPhase | IterationsPhase | PausePhase

/** Milliseconds a phase takes at most. */
export function phaseDurationMs(phase: LoadPhase): number {
  return phase.kind === 'iterations' ? phase.withinMs : phase.durationMs
}
