import { Worker } from 'node:worker_threads'
import { keys } from '../store/keys.ts'
import type { LocalStore } from '../store/local-store.ts'
import type { FromThread, ThreadData, ToThread } from './generator-main.ts'
import type { LocalLimits } from './local-ports.ts'
import type { ShardInput } from './task-input.ts'
import { threadCause } from './thread-cause.ts'

/**
 * The common start lies so far ahead of the last thread's "ready" that every thread has the message by then, for each
 * thread so much: they share the cores, and an arrival that was due before a thread knew of the start is missed.
 */
const startLeadNs = 10_000_000n

/**
 * V8 lets a thread's young objects fill 48 MB before it moves them, which is most of what a thousand connections seem to
 * take: what they hold is 8 KB each, 14 with TLS. With half of it a connection adds 10 KB to the process instead of 23, and
 * 45 instead of 72 with TLS; requests a CPU-second are the same within the noise.
 */
const maxYoungGenerationSizeMb = 24

/**
 * A thread does not inherit the cache of compiled code, and takes three times as long to load without it. It begins with
 * plain JavaScript, since a file with types would have the compiler for types loaded before the cache is there.
 */
const threadStarter = `require('node:module').enableCompileCache(); import(${JSON.stringify(
  new URL(import.meta.url.endsWith('.ts') ? './generator-main.ts' : './generator-main.js', import.meta.url).href,
)})`

/** A thread, and a promise that rejects when it has ended, whether or not anybody waits for it yet. */
type Thread = { readonly worker: Worker; readonly ended: Promise<never> }

/**
 * The local generators: one worker thread a shard. Threads are started before the plan is made, so that they load while
 * the workflow does; each takes one shard, and all of them start at one instant, as soon as the last is ready.
 */
export class GeneratorPool {
  readonly #store: LocalStore
  readonly #data: ThreadData
  readonly #threads: Thread[] = []
  readonly #idle: Thread[]
  readonly #expected: number
  readonly #ready: Worker[] = []
  #ended = 0

  constructor(store: LocalStore, count: number, limits: LocalLimits = {}) {
    this.#store = store
    this.#data = { folder: store.folder, limits }
    this.#expected = count
    this.#idle = Array.from({ length: count }, () => this.#spawn())
  }

  /** Generates one shard. Rejects where its thread failed or died; the cause is in the store then, if it took it. */
  async generate(input: ShardInput): Promise<void> {
    const thread = this.#idle.shift() ?? this.#spawn()
    try {
      await this.#generateOn(thread, input)
    } catch (error) {
      const key = keys.shardCause(input.runId, input.leg, input.shard)
      // Where not even this can be stored, the shard is lost all the same, and Merge says so.
      await this.#store.objects.put(key, new TextEncoder().encode(threadCause(error))).catch(() => {})
      throw error
    } finally {
      this.#ended++
      this.#startIfAllReady()
    }
  }

  /** Ends every thread at once; what they had not stored is lost. */
  async terminate(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #spawn(): Thread {
    const worker = new Worker(threadStarter, {
      eval: true,
      workerData: this.#data,
      resourceLimits: { maxYoungGenerationSizeMb },
    })
    const ended = new Promise<never>((_, reject) => {
      worker.once('error', reject)
      worker.once('exit', code => reject(new Error(`the generator's thread ended with code ${code}`)))
    })
    ended.catch(() => {})
    const thread = { worker, ended }
    this.#threads.push(thread)
    return thread
  }

  #generateOn({ worker, ended }: Thread, input: ShardInput): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') {
          this.#ready.push(worker)
          this.#startIfAllReady()
        } else if (message.kind === 'done') resolve()
        else reject(new Error(message.cause))
      })
    })
    const message: ToThread = { kind: 'generate', input }
    worker.postMessage(message)
    return Promise.race([done, ended])
  }

  /** A thread that ended without becoming ready must not keep the others waiting. */
  #startIfAllReady(): void {
    if (this.#ready.length === 0 || this.#ready.length + this.#ended < this.#expected) return
    const start: ToThread = {
      kind: 'start',
      startNs: process.hrtime.bigint() + startLeadNs * BigInt(this.#ready.length),
    }
    for (const worker of this.#ready.splice(0)) worker.postMessage(start)
  }
}
