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
  private readonly first: CpuReading
  private last: CpuReading

  constructor(idleUs: () => number) {
    this.idleUs = idleUs
    this.first = this.read()
    this.last = this.first
  }

  /** Since the last call of this method, or since the meter was made. */
  sinceLast(): CpuShares {
    const from = this.last
    this.last = this.read()
    return cpuShares(from, this.last)
  }

  /** Since the meter was made. */
  total(): CpuShares {
    return cpuShares(this.first, this.read())
  }

  private read(): CpuReading {
    return { wallUs: performance.now() * 1000, idleUs: this.idleUs(), cpuUs: threadCpuUs(), waitUs: threadWaitUs() }
  }
}

/** What is counted of a thread, at one instant. */
export type CpuReading = {
  readonly wallUs: number
  /** Time that passed in turns that found nothing to do, with what the thread waited for a core meanwhile. */
  readonly idleUs: number
  readonly cpuUs: number | undefined
  readonly waitUs: number | undefined
}

/**
 * What happened between two readings. Idle turns are measured on the clock, and the CPU time is not: where the thread waited
 * for a core, some of their time was waiting. It is taken to fall on idle turns as on all else that the thread wanted to do,
 * so that of i of idle turns, c of CPU time and w of waiting, work is c - i c / (c + w).
 */
export function cpuShares(from: CpuReading, to: CpuReading): CpuShares {
  const wallUs = to.wallUs - from.wallUs
  if (wallUs <= 0) return {}
  const share = (us: number) => Math.min(1, Math.max(0, us / wallUs))
  const spent = (us: number | undefined, before: number | undefined) =>
    us === undefined || before === undefined ? undefined : us - before
  const cpuUs = spent(to.cpuUs, from.cpuUs)
  const waitUs = spent(to.waitUs, from.waitUs)
  const idleUs = to.idleUs - from.idleUs
  return {
    ...(cpuUs !== undefined && { cpuShare: share(cpuUs - (idleUs * cpuUs) / Math.max(1, cpuUs + (waitUs ?? 0))) }),
    ...(waitUs !== undefined && { waitShare: share(waitUs) }),
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
