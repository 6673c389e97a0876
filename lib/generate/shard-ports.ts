import type { DataSlice } from '../plan/data-slice.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { Clock } from './clock.ts'
import type { Control } from './control-watch.ts'
import type { DispatcherFactory } from './http-dispatchers.ts'
import type { Pacer } from './pacer.ts'

/** The world of a generator. */
export type ShardPorts = {
  readonly clock: Clock
  readonly dispatchers: DispatcherFactory
  /** The rows that this shard needs in this leg, one slice a data set that is used. */
  readonly slices: readonly DataSlice[]
  /** Bodies by path. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What `before:` saved. */
  readonly before: Readonly<Record<string, JsonValue>>
  readonly secrets: Readonly<Record<string, string>>
  /**
   * Called once all is compiled; resolves to the clock's instant (µs) of the load's start, best shortly before the leg
   * begins, and at once where the load has been stopped before that.
   */
  awaitStart(stopped: AbortSignal): Promise<number>
  readonly control: { read(): Promise<Control | undefined> }
  /** Keeps the shard's live figures; never called again before it has resolved. A failure is passed over. */
  snapshot(bytes: Uint8Array): Promise<void>
  /** Default: the one that the scenario asks for. */
  readonly pacer?: Pacer
}
