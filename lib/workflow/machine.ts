import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Available } from '../plan/sizing.ts'

/** One generator a spare core: one core is left to the target, the workflow and everything else. */
export function spareCores(): number {
  return Math.max(1, availableParallelism() - 1)
}

/**
 * What this machine has for connections: each of the addresses that they come from has local ports of its own. Linux
 * tells; elsewhere nothing is known, and nothing is refused.
 */
export function localResources(generators: number, localAddresses = 1): Available {
  const descriptors = numbersOf('/proc/self/limits', /^Max open files\s+(\d+)/m)?.[0]
  const [firstPort, lastPort] = numbersOf('/proc/sys/net/ipv4/ip_local_port_range', /(\d+)\s+(\d+)/) ?? []
  return {
    generatorsAProcess: generators,
    ...(descriptors !== undefined && { descriptors }),
    ...(firstPort !== undefined && lastPort !== undefined && { ports: (lastPort - firstPort + 1) * localAddresses }),
  }
}

function numbersOf(file: string, pattern: RegExp): readonly number[] | undefined {
  try {
    return pattern.exec(readFileSync(file, 'utf8'))?.slice(1).map(Number)
  } catch {
    return undefined
  }
}
