/**
 * A generator that is ready this much after its leg's start has missed nothing: its first iterations are started late, and
 * measured so. What was due before a generator that is later than that is missed, and never sent as a burst.
 */
export const READY_GRACE_US = 100_000
