import { nextStartMs, type StartTimes } from '../plan/start-times.ts'
import type { Scheduler } from './cloud-scheduler.ts'

/** A timer holds 2^31 - 1 ms at most; and a clock that was set is noticed within the hour. */
const longestWaitMs = 3_600_000

export type LocalScheduler = Scheduler & { stop(): void }

/**
 * Starts scheduled runs while this process lives. `fire` gets the schedule's name and the instant it was due, in ISO UTC.
 * What was due while the process was not there is not made up for.
 */
export function localScheduler(
  fire: (name: string, scheduledTime: string) => Promise<void>,
  epochMs: () => number = Date.now,
): LocalScheduler {
  const timers = new Map<string, NodeJS.Timeout>()
  const forget = (name: string) => {
    clearTimeout(timers.get(name))
    timers.delete(name)
  }
  const wait = (name: string, times: StartTimes, madeAtMs: number, afterMs: number) => {
    const dueMs = nextStartMs(times, afterMs, madeAtMs)
    if (dueMs === undefined) return
    const leftMs = Math.max(0, dueMs - epochMs())
    const timer = setTimeout(
      () => {
        if (epochMs() < dueMs) return wait(name, times, madeAtMs, afterMs)
        wait(name, times, madeAtMs, dueMs)
        void fire(name, new Date(dueMs).toISOString())
      },
      Math.min(leftMs, longestWaitMs),
    )
    timer.unref()
    timers.set(name, timer)
  }
  return {
    async put(name, { enabled, ...times }) {
      forget(name)
      if (enabled) wait(name, times, epochMs(), epochMs())
    },
    async delete(name) {
      forget(name)
    },
    stop() {
      for (const name of [...timers.keys()]) forget(name)
    },
  }
}
