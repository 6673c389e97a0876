/**
 * The share of one core that a generator's thread spends on work. Turns of the event loop that found nothing due and no
 * event are waiting, and are taken off. Undefined where Node cannot tell the CPU time of a thread.
 */
export class CpuMeter {
  private readonly idleUs: () => number
  private readonly fromUs: number
  private readonly used: { readonly user: number; readonly system: number } | undefined

  constructor(idleUs: () => number) {
    this.idleUs = idleUs
    this.fromUs = performance.now() * 1000
    this.used = threadCpu()
  }

  /** From the meter's making until now, 0 to 1. */
  share(): number | undefined {
    const now = threadCpu()
    const wallUs = performance.now() * 1000 - this.fromUs
    if (now === undefined || this.used === undefined || wallUs <= 0) return undefined
    const cpuUs = now.user - this.used.user + now.system - this.used.system
    return Math.min(1, Math.max(0, (cpuUs - this.idleUs()) / wallUs))
  }
}

function threadCpu(): { user: number; system: number } | undefined {
  return typeof process.threadCpuUsage === 'function' ? process.threadCpuUsage() : undefined
}
