import { readFileSync } from 'node:fs'

/** What a generator's thread did with a stretch of time, as shares of it, 0 to 1. Absent where the system cannot tell. */
export type CpuShares = {
  /** Work on one core. */
  readonly cpuShare?: number
  /** Ready to run, while other threads had the cores. */
  readonly waitShare?: number
}

/**
 * The share of one core that a generator's thread spends on work. Turns of the event loop that found nothing due and no
 * event are waiting, and are taken off.
 */
export class CpuMeter {
  private readonly idleUs: () => number
  private readonly first: Reading
  private last: Reading

  constructor(idleUs: () => number) {
    this.idleUs = idleUs
    this.first = this.read()
    this.last = this.first
  }

  /** Since the last call of this method, or since the meter was made. */
  sinceLast(): CpuShares {
    const from = this.last
    this.last = this.read()
    return between(from, this.last)
  }

  /** Since the meter was made. */
  total(): CpuShares {
    return between(this.first, this.read())
  }

  private read(): Reading {
    return { wallUs: performance.now() * 1000, idleUs: this.idleUs(), cpuUs: threadCpuUs(), waitUs: threadWaitUs() }
  }
}

type Reading = {
  readonly wallUs: number
  readonly idleUs: number
  readonly cpuUs: number | undefined
  readonly waitUs: number | undefined
}

function between(from: Reading, to: Reading): CpuShares {
  const wallUs = to.wallUs - from.wallUs
  if (wallUs <= 0) return {}
  const share = (us: number) => Math.min(1, Math.max(0, us / wallUs))
  return {
    ...(from.cpuUs !== undefined && to.cpuUs !== undefined
      ? { cpuShare: share(to.cpuUs - from.cpuUs - (to.idleUs - from.idleUs)) }
      : {}),
    ...(from.waitUs !== undefined && to.waitUs !== undefined ? { waitShare: share(to.waitUs - from.waitUs) } : {}),
  }
}

function threadCpuUs(): number | undefined {
  if (typeof process.threadCpuUsage !== 'function') return undefined
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** Linux counts what a thread waited for a core: the second number, ns. The file is read by the thread that it is about. */
function threadWaitUs(): number | undefined {
  try {
    const waitNs = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1])
    return Number.isFinite(waitNs) ? waitNs / 1000 : undefined
  } catch {
    return undefined
  }
}
