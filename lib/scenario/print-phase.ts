import { formatDuration } from './duration.ts'
import type { LoadPhase } from './load-phase.ts'
import { formatRate } from './rate.ts'

/** A load phase as it is written in a scenario, defaults left out. */
export function printPhase(phase: LoadPhase): Readonly<Record<string, string | number | boolean>> {
  const name = /^\d+$/.test(phase.name) ? {} : { name: phase.name }
  const warmup = phase.warmup ? { warmup: true } : {}
  switch (phase.kind) {
    case 'open': {
      const from = formatRate(phase.fromPerSecond)
      const to = formatRate(phase.toPerSecond)
      return {
        ...name,
        rate: phase.fromPerSecond === phase.toPerSecond ? from : `${from} -> ${to}`,
        for: formatDuration(phase.durationMs),
        ...(phase.arrivals === 'even' ? {} : { arrivals: phase.arrivals }),
        ...(phase.maxUsers === undefined ? {} : { maxUsers: phase.maxUsers }),
        ...(phase.connections === 'reuse' ? {} : { connections: phase.connections }),
        ...warmup,
      }
    }
    case 'closed': {
      const { fromUsers, toUsers, rampMs, durationMs } = phase
      const length = { for: formatDuration(durationMs) }
      if (fromUsers === toUsers || rampMs === 0) return { ...name, users: toUsers, ...length, ...warmup }
      if (rampMs === durationMs) return { ...name, users: `${fromUsers} -> ${toUsers}`, ...length, ...warmup }
      const spawn = formatRate(Math.abs(toUsers - fromUsers) / (rampMs / 1000))
      return { ...name, users: toUsers, spawn, ...length, ...warmup }
    }
    case 'iterations':
      return {
        ...name,
        iterations: phase.each ? `${phase.iterations} each` : phase.iterations,
        users: phase.users,
        within: formatDuration(phase.withinMs),
        ...warmup,
      }
    case 'pause':
      return { ...name, pause: formatDuration(phase.durationMs) }
  }
}
