/** Seconds over which a live rate is taken. */
const SECONDS = 5
const SLOTS = 16

/** Requests that ended in each of the last seconds, for live figures. It is not part of any result. */
export class RecentRate {
  private readonly counts = new Float64Array(SLOTS)
  private readonly seconds = new Float64Array(SLOTS).fill(-1)

  record(endUs: number): void {
    const second = Math.max(0, Math.floor(endUs / 1e6))
    const slot = second % SLOTS
    const held = this.seconds[slot] as number
    if (held > second) return
    if (held < second) {
      this.seconds[slot] = second
      this.counts[slot] = 0
    }
    this.counts[slot] = (this.counts[slot] as number) + 1
  }

  /** Requests a second over the last whole seconds before `atUs`, at most five of them. */
  perSecond(atUs: number): number {
    const now = Math.floor(atUs / 1e6)
    const length = Math.min(SECONDS, now)
    if (length <= 0) return 0
    let count = 0
    for (let second = now - length; second < now; second++) {
      const slot = second % SLOTS
      if (this.seconds[slot] === second) count += this.counts[slot] as number
    }
    return count / length
  }
}
