import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where a program stands on the path. */
export function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** What a program prints, whatever it thinks of being asked; empty where it prints nothing. */
export function said(command: string, ...words: readonly string[]): string {
  try {
    return execFileSync(command, words, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return `${stdout ?? ''}${stderr ?? ''}`
  }
}

/** The words that pin the target to one core and the tools to another; none where that cannot be done. */
export type Cores = { readonly target: readonly string[]; readonly tool: readonly string[]; readonly text: string }

export function chooseCores(): Cores {
  const pin = (core: number) => ['taskset', '-c', String(core)]
  // Tried: a container may see cores that it must not use.
  const can = [0, 1].every(core => succeeds([...pin(core), 'true']))
  if (!can) return { target: [], tool: [], text: 'not pinned' }
  return { target: pin(0), tool: pin(1), text: 'target pinned to core 0, tools to core 1' }
}

function succeeds([command = '', ...words]: readonly string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The machine, in one line. */
export function describeMachine(): string {
  const [first] = cpus()
  return [
    `${cpus().length} cores ${first?.model.trim() ?? 'of an unknown kind'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()}`,
  ].join(', ')
}

/** Congestion control and load decide much on loopback. */
export function describeConditions(): string {
  const load = loadavg()
    .map(each => each.toFixed(1))
    .join(' ')
  return `load average ${load}${congestionControl()}`
}

function congestionControl(): string {
  try {
    return `, TCP ${readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim()}`
  } catch {
    return ''
  }
}
