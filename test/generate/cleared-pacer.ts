import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { createPacer } from '../../lib/generate/pacer.ts'
import { PACINGS } from '../../lib/generate/pacing.ts'
import { Timers } from '../../lib/generate/timers.ts'
import type { Pacing } from '../../lib/scenario/scenario.ts'

export type ClearedPacer = { readonly pacing: Pacing; readonly active: number }

/** In a thread of its own, which would not live on if its pacer blocked for good: clears the timers while a turn is due. */
if (!isMainThread && parentPort !== null) {
  const { pacing, active } = workerData as ClearedPacer
  const timers = new Timers()
  const pacer = createPacer(PACINGS[pacing], { events: 0, active })
  const startMs = performance.now()
  const fired: string[] = []
  pacer.start(timers, () => (performance.now() - startMs) * 1000)
  timers.push(1000, { due: () => void fired.push('cleared') })
  timers.clear()
  const port = parentPort
  setTimeout(() => {
    timers.push(20_000, {
      due: () => {
        pacer.stop()
        port.postMessage([...fired, 'pushed later'])
      },
    })
  }, 10)
}
