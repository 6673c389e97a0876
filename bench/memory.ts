import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startFastServer } from './fast-server.ts'
import { markdownTable } from './tables.ts'

const starter = fileURLToPath(new URL('../bin/squall.js', import.meta.url))

export type MemoryOptions = { readonly compiler: string | undefined; readonly folder: string; readonly seconds: number }

/** Users with a connection each and a second of thought between requests, and what the whole process took for them. */
export type MemoryRun = { readonly users: number; readonly tls: boolean; readonly peakBytes: number }

/** Bytes that a connection adds, from a run of few and a run of many users. */
export function bytesAConnection(few: MemoryRun, many: MemoryRun): number {
  return (many.peakBytes - few.peakBytes) / (many.users - few.users)
}

/** The greatest resident set of `squall run` with so many users. */
export async function measureMemory(users: number, tls: boolean, options: MemoryOptions): Promise<MemoryRun> {
  const { compiler, folder, seconds } = options
  const server = await startFastServer({ tls, compiler })
  try {
    const file = join(folder, `memory-${users}.json`)
    const scenario = {
      target: server.origin,
      // Spawned over a third of the time, so that handshakes do not come all at once.
      load: [{ users, spawn: `${Math.ceil((3 * users) / seconds)}/s`, for: `${seconds}s` }],
      ...(tls && { http: { tls: { insecure: true } } }),
      steps: [{ get: '/', check: ['status is 200'] }, { think: '1s' }],
    }
    writeFileSync(file, JSON.stringify(scenario))
    const peakBytes = await peakOf(['run', file, '--generators', '1', '--quiet', '--store', join(folder, 'store')])
    return { users, tls, peakBytes }
  } finally {
    server.stop()
  }
}

/** What a connection and so many users take, as Markdown. */
export async function memoryTable(users: number, options: MemoryOptions): Promise<string> {
  const rows: string[][] = []
  for (const [tls, few, many] of [
    [false, 1000, 4000],
    [true, 500, 2000],
  ] as const) {
    const bytes = bytesAConnection(await measureMemory(few, tls, options), await measureMemory(many, tls, options))
    rows.push([tls ? 'a TLS connection' : 'a plain connection', `${(bytes / 1000).toFixed(1)} KB`])
  }
  const { peakBytes } = await measureMemory(users, false, options)
  rows.push([`${users} users, the whole process`, `${Math.round(peakBytes / 1e6)} MB`])
  return markdownTable(['memory of', 'peak'], rows)
}

async function peakOf(words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [starter, ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  let peakBytes = 0
  while (child.exitCode === null && child.signalCode === null) {
    peakBytes = Math.max(peakBytes, peakNow(child.pid ?? 0))
    await Promise.race([ended, sleep(100)])
  }
  const code = await ended
  // 2: a machine that is busy with something else made the run inconclusive. What a connection holds is the same.
  if (code !== 0 && code !== 2) throw new Error(`squall ended with code ${code}`)
  return peakBytes
}

/** The kernel's own high-water mark; 0 once the process has gone, or where the system does not tell. */
function peakNow(pid: number): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(line?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
