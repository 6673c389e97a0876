import * as z from 'zod'
import { nextStartMs, type StartTimes } from '../plan/start-times.ts'
import type { DocumentStore } from '../store/document-store.ts'
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

/** Takes up the schedules that were kept before this process began. */
export async function restoreSchedules(documents: DocumentStore, scheduler: Scheduler): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await documents.list('schedule', { limit: 100, ...(after !== undefined && { after }) })
    for (const { name, body } of page.documents) {
      const times = scheduleTimes.safeParse(body).data
      if (times !== undefined) await scheduler.put(name, times)
    }
    after = page.next
    if (after === undefined) return
  }
}

const scheduleTimes = z.object({ expression: z.string(), timeZone: z.string(), enabled: z.boolean() })
