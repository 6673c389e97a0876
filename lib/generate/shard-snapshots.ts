import { setTimeout as sleep } from 'node:timers/promises'
import { encodeSnapshot } from '../measure/snapshot.ts'
import type { Generator } from './generator.ts'
import type { ShardPorts } from './shard-ports.ts'

const LAST_SNAPSHOT_MS = 2_000

/** A shard's live figures, one store of them at a time. */
export class ShardSnapshots {
  private readonly generator: Generator
  private readonly ports: Pick<ShardPorts, 'snapshot'>
  private storing: Promise<void> | undefined
  /** Those that were stored, or tried to be. */
  stored = 0

  constructor(generator: Generator, ports: Pick<ShardPorts, 'snapshot'>) {
    this.generator = generator
    this.ports = ports
  }

  /** Does nothing while the one before is under way. */
  store(): void {
    if (this.storing !== undefined) return
    this.storing = this.put(this.generator.active).finally(() => {
      this.storing = undefined
    })
  }

  /** The shard's last live figures: nobody is under way. The result does not wait for them longer than a second or two. */
  async storeLast(): Promise<void> {
    const stored = (async () => {
      await this.storing
      await this.put(0)
    })()
    await Promise.race([stored, sleep(LAST_SNAPSHOT_MS, undefined, { ref: false })])
  }

  private async put(users: number): Promise<void> {
    const { plan, measurements, shard } = this.generator
    this.stored++
    const bytes = encodeSnapshot(measurements, plan, Math.max(0, this.generator.nowUs()), users, shard)
    await this.ports.snapshot(bytes).catch(() => undefined)
  }
}
