import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const starter = fileURLToPath(new URL('../../bin/squall.js', import.meta.url))
export const ctrlC = '\u0003'
const patienceMs = 60_000

/** A process and all that it wrote. */
export class Watched {
  written = ''
  readonly child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(command: string, args: readonly string[], cwd: string) {
    const { SQUALL_API: _, SQUALL_API_KEY: __, NO_COLOR: ___, ...env } = process.env
    this.child = spawn(command, args, { cwd, env: { ...env, TERM: 'xterm' }, stdio: 'pipe' })
    this.#ended = once(this.child, 'close')
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.written += text
      })
  }

  type(keys: string): void {
    this.child.stdin?.write(keys)
  }

  /** Waits for a text behind `from`, and gives the place after it. */
  async until(text: string, from = 0): Promise<number> {
    const deadline = Date.now() + patienceMs
    for (;;) {
      const at = this.written.indexOf(text, from)
      if (at >= 0) return at + text.length
      if (Date.now() > deadline) throw new Error(`"${text}" did not come:\n${JSON.stringify(this.written.slice(from))}`)
      await sleep(50)
    }
  }

  async end(): Promise<void> {
    // A patience that has not been needed keeps nothing waiting.
    const patience = sleep(patienceMs, undefined, { ref: false })
    await Promise.race([this.#ended, patience.then(() => Promise.reject(new Error('it does not end')))])
  }
}

/**
 * The command line on a real pseudo-terminal of 80 columns, which `script` of util-linux makes; then its exit code and the
 * terminal's settings.
 */
export function onTerminal(args: readonly string[], folder: string): Watched {
  const command = [
    // Ctrl-C reaches the shell, too: without a trap bash goes on behind the command, dash ends with it.
    'trap : INT',
    'stty cols 80 rows 24',
    [process.execPath, starter, ...args].map(word => `"${word}"`).join(' '),
    'echo "code=$?"',
    'stty -a',
    'echo over',
  ].join('; ')
  return new Watched('script', ['-qec', command, '/dev/null'], folder)
}
