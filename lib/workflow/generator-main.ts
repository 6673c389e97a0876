import { randomUUID } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { generate } from '../../functions/generate.ts'
import { monotonicClock } from '../generate/clock.ts'
import { openLocalStore } from '../store/local-store.ts'
import { type LocalLimits, localPorts } from './local-ports.ts'
import type { ShardInput } from './task-input.ts'

/** What a thread is started with: where the store is, and what may be reached. */
export type ThreadData = { readonly folder: string; readonly limits: LocalLimits }

/** From the pool to the thread. `startNs` is an instant of `process.hrtime`, which all threads of a process share. */
export type ToThread =
  | { readonly kind: 'generate'; readonly input: ShardInput }
  | { readonly kind: 'start'; readonly startNs: bigint }

/** From the thread to the pool. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly cause: string }

const port = parentPort
if (port === null) throw new Error('generator-main runs as a worker thread only')

const tell = (message: FromThread) => port.postMessage(message)
const { folder, limits } = workerData as ThreadData
const store = openLocalStore(folder)
let start: ((startNs: bigint) => void) | undefined
const started = new Promise<bigint>(resolve => {
  start = resolve
})

const handler = generate({
  ...localPorts(store, limits),
  clock: monotonicClock,
  nonce: randomUUID(),
  /** All threads are told one instant as soon as the last of them is ready (decision 8). */
  async awaitStart(_plan, _leg, stopped) {
    tell({ kind: 'ready' })
    const startNs = await Promise.race([started, aborted(stopped)])
    return monotonicClock.nowUs() + Number((startNs ?? process.hrtime.bigint()) - process.hrtime.bigint()) / 1000
  },
})

function aborted(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  if (signal.aborted) resolve(undefined)
  else signal.addEventListener('abort', () => resolve(undefined))
  return promise
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'start') {
    start?.(message.startNs)
    return
  }
  handler(message.input)
    .then(
      () => tell({ kind: 'done' }),
      (error: unknown) => tell({ kind: 'failed', cause: error instanceof Error ? error.message : String(error) }),
    )
    .finally(() => {
      store.runs.close()
      port.close()
    })
})
