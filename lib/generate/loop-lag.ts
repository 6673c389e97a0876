/** The loop is asked for a turn so often; what the turn comes later is its lag. */
const EVERY_MS = 10

/**
 * How long the event loop stood still. Node's own monitor begins to measure with its second tick only, and a stall at the
 * start of the load is no rare one.
 */
export class LoopLag {
  private maxMs = 0
  private lastMs = performance.now()
  private readonly timer = setInterval(() => this.tick(), EVERY_MS)

  /** The longest lag since the last call, ms; what has not ended yet is part of it. */
  takeMax(): number {
    this.tick()
    const { maxMs } = this
    this.maxMs = 0
    return maxMs
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private tick(): void {
    const nowMs = performance.now()
    this.maxMs = Math.max(this.maxMs, nowMs - this.lastMs - EVERY_MS)
    this.lastMs = nowMs
  }
}
