import { foldSnapshots } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import { getArtifact, putArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { isInvoked, legProgress } from './leg-progress.ts'
import { mapAhead } from './map-ahead.ts'

/** Snapshots that are read at once. */
const atOnce = 32

/** Legs that are over, when they were seen to be (epoch ms), and their snapshots as one. */
type LivePast = {
  readonly schema: 'squall.live-past.v2'
  readonly legs: readonly { readonly number: number; readonly endedMs: number }[]
  /** A snapshot's text; absent where none of the legs had any. */
  readonly snapshot?: string
}

/**
 * The snapshots that the watcher merges. It looks only at legs that are invoked and not yet over, two of 120 at a time:
 * those of a leg that has ended are folded into one, which is kept for the watcher's next turn.
 */
export class LiveLegs {
  readonly #objects: ObjectStore
  readonly #plan: Plan
  readonly #over: Map<number, number>
  #past: Uint8Array | undefined

  private constructor(objects: ObjectStore, plan: Plan, past: LivePast | undefined) {
    this.#objects = objects
    this.#plan = plan
    this.#over = new Map(past?.legs.map(({ number, endedMs }) => [number, endedMs]))
    this.#past = past?.snapshot === undefined ? undefined : new TextEncoder().encode(past.snapshot)
  }

  static async open(objects: ObjectStore, plan: Plan): Promise<LiveLegs> {
    const past = await getArtifact<LivePast>(objects, keys.livePast(plan.runId), 'squall.live-past.v2')
    return new LiveLegs(objects, plan, past)
  }

  /** Legs that are invoked and not yet over, as known from the last reading. */
  underWay(nowMs: number): readonly number[] {
    return this.#plan.legs.filter(leg => isInvoked(leg, nowMs) && !this.#over.has(leg.number)).map(leg => leg.number)
  }

  /** When legs were seen to be over, epoch ms by their number. */
  get endsMs(): ReadonlyMap<number, number> {
    return this.#over
  }

  /** No leg is under way, and none comes. */
  get allOver(): boolean {
    return this.#plan.legs.every(leg => this.#over.has(leg.number))
  }

  /** The latest snapshots of all shards, those of past legs as one. */
  async read(nowMs: number): Promise<readonly Uint8Array[]> {
    const found: Uint8Array[] = []
    const ended: Uint8Array[] = []
    let changed = false
    for (const leg of this.underWay(nowMs)) {
      // Asked first: what a shard stores before its result is there when the result is.
      const { over } = await legProgress(this.#objects, this.#plan, leg, nowMs)
      const snapshots = await this.#snapshots(leg)
      found.push(...snapshots)
      if (!over) continue
      this.#over.set(leg, nowMs)
      ended.push(...snapshots)
      changed = true
    }
    const all = this.#past === undefined ? found : [this.#past, ...found]
    if (changed) await this.#fold(ended)
    return all
  }

  async #snapshots(leg: number): Promise<readonly Uint8Array[]> {
    const shards = Array.from({ length: this.#plan.shardCount }, (_, shard) => shard)
    const read = (shard: number) => this.#objects.get(keys.snapshot(this.#plan.runId, leg, shard))
    const found: Uint8Array[] = []
    for await (const bytes of mapAhead(shards, atOnce, read)) if (bytes !== undefined) found.push(bytes)
    return found
  }

  async #fold(ended: readonly Uint8Array[]): Promise<void> {
    const parts = this.#past === undefined ? ended : [this.#past, ...ended]
    this.#past = parts.length === 0 ? undefined : foldSnapshots(parts)
    await putArtifact<LivePast>(this.#objects, keys.livePast(this.#plan.runId), {
      schema: 'squall.live-past.v2',
      legs: [...this.#over].map(([number, endedMs]) => ({ number, endedMs })),
      ...(this.#past !== undefined && { snapshot: new TextDecoder().decode(this.#past) }),
    })
  }
}
