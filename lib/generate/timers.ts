/** Something that happens at an instant: a user's think time ends, a phase's next arrival, a user is spawned. */
export interface Due {
  /** `atUs` is the instant it was due, which is never in the future. */
  due(atUs: number): void
}

/**
 * Everything a generator has to do later, soonest first: a binary heap over two parallel arrays, so that pushing and
 * popping allocate nothing. Instants are µs from the start of the load. Equal instants fire in the order they were pushed.
 */
export class Timers {
  private readonly at: number[] = []
  private readonly order: number[] = []
  private readonly what: Due[] = []
  private pushed = 0
  /** Called when something was pushed that is due before everything else; the pacer may sleep too long otherwise. */
  onEarlier: (() => void) | undefined
  /** To be called by whoever knows the time and finds `nextUs` behind it: a timer that the pacer sleeps in is coarse. */
  onOverdue: (() => void) | undefined
  /** To be called when the last user under way has ended. */
  onIdle: ((nowUs: number) => void) | undefined

  get size(): number {
    return this.at.length
  }

  /** Infinity where nothing waits. */
  get nextUs(): number {
    return this.at[0] ?? Number.POSITIVE_INFINITY
  }

  push(atUs: number, due: Due): void {
    this.at.push(atUs)
    this.order.push(this.pushed++)
    this.what.push(due)
    if (this.up(this.at.length - 1) === 0) this.onEarlier?.()
  }

  /** Takes the soonest off the heap; undefined where nothing is due by `nowUs`. Its instant was `nextUs` before the call. */
  popDue(nowUs: number): Due | undefined {
    const first = this.at[0]
    if (first === undefined || first > nowUs) return undefined
    const due = this.what[0]
    const lastAt = this.at.pop()
    const lastOrder = this.order.pop()
    const lastWhat = this.what.pop()
    if (this.at.length > 0 && lastAt !== undefined && lastOrder !== undefined && lastWhat !== undefined) {
      this.at[0] = lastAt
      this.order[0] = lastOrder
      this.what[0] = lastWhat
      this.down(0)
    }
    return due
  }

  clear(): void {
    this.at.length = 0
    this.order.length = 0
    this.what.length = 0
  }

  private before(a: number, b: number): boolean {
    const atA = this.at[a] as number
    const atB = this.at[b] as number
    return atA < atB || (atA === atB && (this.order[a] as number) < (this.order[b] as number))
  }

  private up(from: number): number {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.before(place, parent)) break
      this.swap(place, parent)
      place = parent
    }
    return place
  }

  private down(from: number): void {
    let place = from
    for (;;) {
      const left = 2 * place + 1
      if (left >= this.at.length) return
      const right = left + 1
      const child = right < this.at.length && this.before(right, left) ? right : left
      if (!this.before(child, place)) return
      this.swap(place, child)
      place = child
    }
  }

  private swap(a: number, b: number): void {
    const at = this.at[a] as number
    this.at[a] = this.at[b] as number
    this.at[b] = at
    const order = this.order[a] as number
    this.order[a] = this.order[b] as number
    this.order[b] = order
    const what = this.what[a] as Due
    this.what[a] = this.what[b] as Due
    this.what[b] = what
  }
}
