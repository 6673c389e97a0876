/** The run's control item: a beat that the watcher raises, and whether the load has to stop. */
export type Control = {
  readonly beat: number
  /** Why the load has to stop. */
  readonly abort?: string
  /** The date of the store's answer, epoch ms in whole seconds, where its clock is another one. */
  readonly serverDateMs?: number
}

export type Stop = { readonly state: 'aborted' | 'lease lost'; readonly reason: string }

/** Times of the lease, ms. */
export type LeaseTimes = { readonly leaseMs: number; readonly unreadableMs: number }

/**
 * Decides from what was read of the control item whether a generator may go on (decision 9): an abort stops it, and so
 * does a beat that has not changed for `leaseMs`, or an item that could not be read for `unreadableMs`, by the
 * generator's own clock. Pure but for its memory; instants are ms of that clock.
 */
export class Lease {
  private readonly times: LeaseTimes
  private beat: number | undefined
  private changedMs: number
  private readMs: number

  constructor(times: LeaseTimes, nowMs: number) {
    this.times = times
    this.changedMs = nowMs
    this.readMs = nowMs
  }

  /** `control` is undefined where the item could not be read. */
  seen(control: Control | undefined, nowMs: number): Stop | undefined {
    if (control === undefined) return this.overdue(nowMs)
    this.readMs = nowMs
    if (control.beat !== this.beat) {
      this.beat = control.beat
      this.changedMs = nowMs
    }
    if (control.abort !== undefined) return { state: 'aborted', reason: control.abort }
    return this.overdue(nowMs)
  }

  /** Also to be asked while a reading takes long. */
  overdue(nowMs: number): Stop | undefined {
    const { leaseMs, unreadableMs } = this.times
    if (nowMs - this.readMs >= unreadableMs) {
      return { state: 'lease lost', reason: `the control item could not be read for ${unreadableMs / 1000} s` }
    }
    if (nowMs - this.changedMs >= leaseMs) {
      return { state: 'lease lost', reason: `the run gave no sign of life for ${leaseMs / 1000} s` }
    }
    return undefined
  }
}

/** What a generator knows of its control item. */
export type ControlWatch = {
  /** Aborted as soon as the load has to stop. */
  readonly stopped: AbortSignal
  /** Why; undefined while the load may go on. */
  readonly stop: Stop | undefined
  /** Resolves when the item has been read once, or the load has to stop: nothing is sent before that. */
  readonly known: Promise<void>
  end(): void
}

/** Polls the control item, one reading at a time, until it says stop or `end` is called. */
export function watchControl(
  read: () => Promise<Control | undefined>,
  options: LeaseTimes & { readonly everyMs: number; nowMs(): number },
): ControlWatch {
  const lease = new Lease(options, options.nowMs())
  const stopping = new AbortController()
  const known = Promise.withResolvers<void>()
  let stop: Stop | undefined
  let reading = false
  const judge = (found: Stop | undefined): void => {
    if (found === undefined || stop !== undefined) return
    stop = found
    end()
    known.resolve()
    stopping.abort()
  }
  const poll = (): void => {
    if (reading) {
      judge(lease.overdue(options.nowMs()))
      return
    }
    reading = true
    read()
      .catch(() => undefined)
      .then(control => {
        reading = false
        if (ended) return
        judge(lease.seen(control, options.nowMs()))
        if (control !== undefined) known.resolve()
      })
      .catch((error: unknown) => {
        throw error
      })
  }
  const timer = setInterval(poll, options.everyMs)
  let ended = false
  const end = (): void => {
    ended = true
    clearInterval(timer)
  }
  poll()
  return {
    stopped: stopping.signal,
    get stop() {
      return stop
    },
    known: known.promise,
    end,
  }
}
