import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { DemoFault } from './backend.ts'
import { startTarget } from './target.ts'

type Message =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'seen'; readonly seen: Readonly<Record<string, number>> }

export type TargetThread = {
  readonly url: string
  /** Stops the target and gives what it has seen, by `METHOD /route`. */
  stop(): Promise<Readonly<Record<string, number>>>
}

/** Starts the sample target on a thread of its own, so that it takes no time from the generators. */
export async function startTargetThread(options: { port: number; fault: DemoFault }): Promise<TargetThread> {
  const file = import.meta.url.endsWith('.ts') ? './target-thread.ts' : './target-thread.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { squallTarget: options } })
  const next = () =>
    new Promise<Message>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the sample target ended by itself')))
    })
  const first = await next()
  if (first.kind !== 'ready')
    throw new Error(first.kind === 'failed' ? first.reason : 'the sample target did not start')
  return {
    url: first.url,
    async stop() {
      worker.postMessage('stop')
      const last = await next()
      await worker.terminate()
      return last.kind === 'seen' ? last.seen : {}
    },
  }
}

if (!isMainThread && workerData?.squallTarget !== undefined) {
  const { port, fault } = workerData.squallTarget as { port: number; fault: DemoFault }
  const tell = (message: Message) => parentPort?.postMessage(message)
  startTarget({ port, fault, random: Math.random }).then(
    target => {
      parentPort?.once('message', async () => {
        await target.close()
        tell({ kind: 'seen', seen: Object.fromEntries(target.seen) })
      })
      tell({ kind: 'ready', url: target.url })
    },
    (error: unknown) => tell({ kind: 'failed', reason: `the sample target cannot listen: ${error}` }),
  )
}
