import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import { type Answer, type RecordingServer, recordingServer } from './recording-server.ts'

const starter = fileURLToPath(new URL('../../bin/squall.js', import.meta.url))

export type Ended = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Running = {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves as soon as what was written to stdout or stderr so far matches; rejects if the process ends before. */
  until(pattern: RegExp): Promise<void>
  /** What was written to stdout so far. */
  stdout(): string
}

/** `into`: a file, such as /dev/full, that stdout goes to instead of being kept. */
export type StartOptions = { readonly into?: string }

export type Reported = Ended & { readonly report: Report }

/** A test's own folder, the command line in it as a user has it, and servers; all of it goes when the test ends. */
export class Shell {
  readonly folder = mkdtempSync(join(tmpdir(), 'squall-test-'))
  readonly #children: ChildProcess[] = []
  readonly #servers: RecordingServer[] = []

  /** Writes a file and gives its name. */
  write(name: string, content: string | Uint8Array): string {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true })
    writeFileSync(join(this.folder, name), content)
    return name
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  report(name: string): Report {
    return JSON.parse(this.read(name)) as Report
  }

  async server(answer?: Answer): Promise<RecordingServer> {
    const server = await recordingServer(answer)
    this.#servers.push(server)
    return server
  }

  /** Starts the command line; stdin, stdout and stderr are no terminals. */
  start(args: readonly string[], { into }: StartOptions = {}): Running {
    const out = into === undefined ? 'pipe' : openSync(into, 'w')
    const { FORCE_COLOR: _, SQUALL_DEBUG: __, NODE_OPTIONS: ___, ...inherited } = process.env
    const child = spawn(process.execPath, [starter, ...args], {
      cwd: this.folder,
      env: { ...inherited, NO_COLOR: '1' },
      stdio: ['ignore', out, 'pipe'],
    })
    if (out !== 'pipe') closeSync(out)
    this.#children.push(child)
    const written = { stdout: '', stderr: '' }
    const waiting = new Set<() => void>()
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        written[stream] += text
        for (const look of waiting) look()
      })
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal, ...written }))
    })
    const until = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!pattern.test(written.stdout) && !pattern.test(written.stderr)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
        const early = () => reject(new Error(`it ended before ${pattern}:\n${written.stdout}\n${written.stderr}`))
        ended.then(early, early)
      })
    return { child, ended, until, stdout: () => written.stdout }
  }

  /** Runs the command line to its end. */
  async squall(args: readonly string[], options?: StartOptions): Promise<Ended> {
    const ended = await this.start(args, options).ended
    expectPlainSpeech(ended)
    return ended
  }

  /** Runs a scenario that must start, without progress, and reads its JSON report. */
  async run(args: readonly string[]): Promise<Reported> {
    const ended = await this.squall(['run', ...args, '--quiet', '--report', 'json=report.json'])
    expect(ended.code, ended.stderr).toBeLessThan(3)
    return { ...ended, report: this.report('report.json') }
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    await Promise.all(this.#servers.map(server => server.close()))
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Nothing a user does ends in a stack trace, or in a value that was printed without a thought. */
export function expectPlainSpeech({ stderr }: Ended): void {
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr).not.toMatch(/\[object \w+\]|\bundefined\b|\bNaN\b|internal error/)
}

/**
 * The codes and first words of a run that nothing failed. On a machine that has no time for it such a run is rightly
 * inconclusive; tests whose subject is not the verdict take either.
 */
export const unfailed = { codes: [0, 2], verdict: /^(PASS|INCONCLUSIVE): / }

/** A test that opens shells; they are closed when it ends, whether or not other tests run beside it. */
export const it = test.extend<{ readonly openShell: () => Shell }>({
  openShell: async ({ task: _ }, use) => {
    const shells: Shell[] = []
    await use(() => {
      const shell = new Shell()
      shells.push(shell)
      return shell
    })
    await Promise.all(shells.map(shell => shell.close()))
  },
})
