import { formatDuration } from './duration.ts'
import type { Fault } from './fault.ts'
import { FaultList } from './fault-list.ts'
import type { ClosedPhase, IterationsPhase, LoadPhase, OpenPhase } from './load-phase.ts'
import { MAX_RATE, MAX_USERS } from './parse-phase.ts'
import { formatRate } from './rate.ts'
import type { Overrides } from './read-context.ts'
import { readDuration, readInteger, readRate } from './read-value.ts'
import { scalarNode } from './yaml-node.ts'

/**
 * The main track's load as the command line wants it: `--users` and `--for` give one closed phase, `--rate` and `--for` one open phase;
 * one of them alone changes the one phase that it can mean, or is a fault.
 *
 * @param written false where the load is the default one
 */
export function withOverrides(
  phases: readonly LoadPhase[],
  written: boolean,
  overrides: Overrides,
  faults: FaultList,
): readonly LoadPhase[] {
  const read = readOverrides(overrides, faults)
  if (read === undefined) return phases
  const { users, rate, durationMs } = read
  if (rate === 0 || (rate ?? 0) > MAX_RATE)
    return refuse(
      `--rate ${overrides.rate}: the rate is ${formatRate(rate ?? 0)}`,
      `a rate above 0/s and at most ${MAX_RATE}/s`,
      '--rate',
      phases,
      faults,
    )
  if (users !== undefined && rate !== undefined)
    return refuse(
      '--users and --rate together',
      'one of them: users for a closed load, a rate for an open one',
      '--rate',
      phases,
      faults,
    )
  const judged = phases.filter(phase => phase.kind !== 'pause' && !phase.warmup)
  const [only] = judged.length === 1 ? judged : []
  if (users !== undefined) {
    if (durationMs !== undefined) return [closed(users, durationMs)]
    if (!written)
      return [
        {
          ...defaultLoad(),
          iterations: 1,
          each: true,
          users,
          text: `1 iteration each by ${users} user${users === 1 ? '' : 's'} within 10m`,
        },
      ]
    if (only?.kind === 'closed') return [closed(users, only.durationMs)]
    if (only?.kind === 'iterations')
      return [{ ...only, users, text: only.text.replace(/by \d+ users?/, `by ${users} user${users === 1 ? '' : 's'}`) }]
    return alone(`--users ${users}`, '--users', only, '--rate', phases, faults)
  }
  if (rate !== undefined) {
    if (durationMs !== undefined) return [open(rate, durationMs)]
    if (only?.kind === 'open')
      return [{ ...open(rate, only.durationMs), arrivals: only.arrivals, connections: only.connections }]
    if (!written)
      return refuse(
        `--rate ${overrides.rate} does not say for how long`,
        'a duration beside it',
        '--rate',
        phases,
        faults,
        `--rate ${overrides.rate} --for 30s`,
      )
    return alone(`--rate ${overrides.rate}`, '--rate', only, '--users', phases, faults)
  }
  if (durationMs === undefined) return phases
  if (!written) return [closed(1, durationMs)]
  return lasting(phases, only, durationMs, faults)
}

/** What is wrong with the values by themselves, whatever the scenario says. */
export function overrideFaults(overrides: Overrides): readonly Fault[] {
  const faults = new FaultList()
  readOverrides(overrides, faults)
  return faults.faults
}

function readOverrides(
  overrides: Overrides,
  faults: FaultList,
): { readonly users?: number; readonly rate?: number; readonly durationMs?: number } | undefined {
  const users =
    overrides.users === undefined
      ? undefined
      : readInteger(scalarNode(overrides.users, '--users'), { from: 1, to: MAX_USERS, what: '--users' }, faults)
  const rate =
    overrides.rate === undefined ? undefined : readRate(scalarNode(overrides.rate, '--rate'), '--rate', faults)
  const durationMs =
    overrides.for === undefined ? undefined : readDuration(scalarNode(overrides.for, '--for'), '--for', faults)
  const wrong =
    (overrides.users !== undefined && users === undefined) ||
    (overrides.rate !== undefined && rate === undefined) ||
    (overrides.for !== undefined && durationMs === undefined)
  if (wrong) return undefined
  return {
    ...(users !== undefined && { users }),
    ...(rate !== undefined && { rate }),
    ...(durationMs !== undefined && { durationMs }),
  }
}

/** What a phase is, where an option does not fit it. */
const loadWords: Readonly<Record<LoadPhase['kind'], string>> = {
  open: 'a rate',
  closed: 'a number of users',
  iterations: 'a number of iterations',
  pause: 'a pause',
}

/** `--users` or `--rate` alone, where there is no one judged phase of its kind that it could change. */
function alone(
  written: string,
  path: string,
  only: LoadPhase | undefined,
  other: '--users' | '--rate',
  phases: readonly LoadPhase[],
  faults: FaultList,
): readonly LoadPhase[] {
  if (only === undefined) {
    const why = `${written} could mean several load phases`
    return refuse(why, '--for beside it, for one phase instead of them', path, phases, faults, `${written} --for 30s`)
  }
  const instead =
    (other === '--rate' && only.kind === 'open') || (other === '--users' && only.kind === 'closed')
      ? `, or ${other} instead of it`
      : ''
  return refuse(
    `${written}: the phase that is judged is ${loadWords[only.kind]}, ${only.text}`,
    `--for beside it, for a phase of its own${instead}`,
    path,
    phases,
    faults,
    `${written} --for ${only.kind === 'iterations' ? '30s' : formatDuration(only.durationMs)}`,
  )
}

/** `--for` alone: the last phase, if it is the only one that is judged. */
function lasting(
  phases: readonly LoadPhase[],
  only: LoadPhase | undefined,
  durationMs: number,
  faults: FaultList,
): readonly LoadPhase[] {
  const last = phases.at(-1)
  const length = formatDuration(durationMs)
  if (only === undefined || last !== only)
    return refuse(
      `--for ${length} could mean several load phases`,
      '--users or --rate beside it, or --set for a variable of the load',
      '--for',
      phases,
      faults,
    )
  if (last.kind === 'iterations')
    return refuse(
      `--for ${length}: the load is a number of iterations, and ends by itself`,
      '--users or --rate beside it',
      '--for',
      phases,
      faults,
    )
  if (last.kind === 'closed' && last.rampMs < last.durationMs && last.rampMs > durationMs)
    return refuse(
      `--for ${length} is shorter than the spawning of the users`,
      `at least ${formatDuration(Math.ceil(last.rampMs))}`,
      '--for',
      phases,
      faults,
    )
  const text = last.text.replace(/(for|pause) \S+?(,|$)/, `$1 ${length}$2`)
  const changed: LoadPhase =
    last.kind === 'closed' && last.rampMs === last.durationMs
      ? { ...last, rampMs: durationMs, durationMs, text }
      : ({ ...last, durationMs, text } as LoadPhase)
  return [...phases.slice(0, -1), changed]
}

/** One user, one iteration. */
export function defaultLoad(): IterationsPhase {
  return {
    kind: 'iterations',
    name: '1',
    text: '1 iteration by 1 user within 10m',
    warmup: false,
    iterations: 1,
    each: false,
    users: 1,
    withinMs: 600_000,
  }
}

/** The phase of `--users` and `--for`. */
export function closed(users: number, durationMs: number): ClosedPhase {
  return {
    kind: 'closed',
    name: '1',
    text: `users ${users} for ${formatDuration(durationMs)}`,
    warmup: false,
    fromUsers: users,
    toUsers: users,
    rampMs: 0,
    durationMs,
  }
}

/** The phase of `--rate` and `--for`. */
export function open(perSecond: number, durationMs: number): OpenPhase {
  return {
    kind: 'open',
    name: '1',
    text: `rate ${formatRate(perSecond)} for ${formatDuration(durationMs)}`,
    warmup: false,
    fromPerSecond: perSecond,
    toPerSecond: perSecond,
    durationMs,
    arrivals: 'even',
    connections: 'reuse',
  }
}

function refuse(
  message: string,
  expected: string,
  path: string,
  phases: readonly LoadPhase[],
  faults: FaultList,
  fix?: string,
): readonly LoadPhase[] {
  faults.add({ path }, message, { expected, fix })
  return phases
}
