import { createInterface } from 'node:readline'
import { exitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** What becomes of a run in the cloud when its follower is interrupted. */
export type Fate = 'abort' | 'leave' | 'follow'

const signals = { SIGINT: exitCode.interrupted, SIGTERM: exitCode.terminated, SIGHUP: 129 } as const

/**
 * Listens for Ctrl-C and its kin. On a terminal the user is asked what becomes of the run; where nobody can be asked
 * the load is stopped, as a local run's would be, and so it is with `abort`. A second signal lets the run go on and ends
 * the command. Returns what stops listening.
 */
export function askWhatBecomes(
  mode: 'ask' | 'abort',
  terminal: Terminal,
  decided: (fate: Fate, code: number | undefined) => void,
): () => void {
  let asked: ReturnType<typeof createInterface> | undefined
  let first = true
  const canAsk = mode === 'ask' && terminal.errIsTerminal && process.stdin.isTTY === true
  const listeners = Object.entries(signals).map(([signal, code]) => {
    const listener = () => {
      asked?.close()
      if (!first) decided('leave', code)
      else if (canAsk && signal === 'SIGINT') ask(code)
      else decided('abort', code)
      first = false
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  function ask(code: number): void {
    asked = createInterface({ input: process.stdin, output: process.stderr })
    const reader = asked
    reader.on('SIGINT', () => process.emit('SIGINT'))
    reader.question(
      'The run goes on in the cloud. Stop its load (s), leave it running (l), or go on following (f)? ',
      answer => {
        reader.close()
        asked = undefined
        const [letter] = answer.trim().toLowerCase()
        if (letter === 's') decided('abort', code)
        else if (letter === 'l') decided('leave', code)
        else {
          first = true
          decided('follow', undefined)
        }
      },
    )
  }
  return () => {
    asked?.close()
    for (const stop of listeners) stop()
  }
}
