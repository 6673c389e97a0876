import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * What the server saw of one request: its number in the schedule, when it was read, and when it was answered; and when the
 * kernel took it in for the server, before it woke it, where the kernel tells.
 */
export type Stamp = {
  readonly number: number
  readonly atUs: number
  readonly answeredUs: number
  readonly reachedUs: number | undefined
}

/** When the server did nothing, whether it was to or was kept from it by its machine. */
export type Stall = { readonly beginUs: number; readonly endUs: number }

/** A running truth server; see servers/truth.c for its words. Its instants are given in µs of `performance.now()`. */
export type TruthServer = {
  readonly origin: string
  /** What it was built with. */
  readonly built: string
  /** The instant of nanoseconds of its clock. */
  atUs(ns: string): number
  stamps(): Promise<readonly Stamp[]>
  stalls(): Promise<readonly Stall[]>
  reset(): Promise<void>
  stop(): void
}

/**
 * Starts the server, built on the spot where there is a C compiler; `words` follow the port on its command line, and `prefix`
 * is what stands before all, such as what pins it to a core.
 */
export async function startTruthServer(
  words: readonly (string | number)[],
  compiler: string | undefined,
  prefix: readonly string[] = [],
): Promise<TruthServer> {
  const folder = compiler === undefined ? undefined : mkdtempSync(join(tmpdir(), 'squall-truth-'))
  const rest = ['0', ...words.map(String)]
  const program =
    compiler === undefined || folder === undefined
      ? [process.execPath, source('servers/truth.ts')]
      : [buildProgram(compiler, 'servers/truth.c', folder)]
  const [command = process.execPath, ...args] = [...prefix, ...program, ...rest]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (folder !== undefined) child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const port = await listening(child)
  const origin = `http://127.0.0.1:${port}`
  const [nowUs, nowNs] = bothClocks()
  const atUs = (ns: string) => nowUs + Number(BigInt(ns) - nowNs) / 1000
  return {
    origin,
    atUs,
    built: compiler === undefined ? `Node ${process.version}` : `C (${compiler})`,
    stamps: async () =>
      (await rows(`${origin}/stamps`)).map(([number = '', at = '0', answered = '0', reached = '0']) => ({
        number: Number(number),
        atUs: atUs(at),
        answeredUs: atUs(answered),
        reachedUs: reached === '0' ? undefined : atUs(reached),
      })),
    stalls: async () =>
      (await rows(`${origin}/stalls`)).map(([begin = '0', end = '0']) => ({ beginUs: atUs(begin), endUs: atUs(end) })),
    reset: async () => void (await (await fetch(`${origin}/reset`)).text()),
    stop: () => void child.kill(),
  }
}

/** The first C compiler that answers. */
export function findCompiler(): string | undefined {
  return ['cc', 'gcc', 'clang'].find(name => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** Compiles a program of this folder into another one, and gives its path. */
export function buildProgram(compiler: string, path: string, folder: string): string {
  const program = join(folder, basename(path, '.c'))
  execFileSync(compiler, ['-O2', '-o', program, source(path)], { stdio: ['ignore', 'ignore', 'inherit'] })
  return program
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', chunk => {
      text += chunk
      const port = /^listening (\d+)$/m.exec(text)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the truth server ended with code ${code}`)))
  })
}

/** Both clocks are the same one, CLOCK_MONOTONIC, read one after the other; of many pairs the closest. */
function bothClocks(): readonly [us: number, ns: bigint] {
  const pairs = Array.from({ length: 100 }, () => {
    const before = process.hrtime.bigint()
    const us = performance.now() * 1000
    const after = process.hrtime.bigint()
    return { us, ns: (before + after) / 2n, apart: after - before }
  })
  const closest = pairs.reduce((a, b) => (b.apart < a.apart ? b : a))
  return [closest.us, closest.ns]
}

async function rows(url: string): Promise<readonly (readonly string[])[]> {
  const text = await (await fetch(url)).text()
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.split(' '))
}
