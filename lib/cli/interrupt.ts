import { onCtrlC } from './ctrl-c.ts'
import { exitCode } from './exit-code.ts'

export type Interrupt = {
  /** The exit code that the signal asks for; undefined while there was none. */
  readonly code: () => number | undefined
  /** Stops listening. */
  readonly dispose: () => void
}

/**
 * The first Ctrl-C (or SIGTERM) asks the run to stop and report what it has; the second ends the process at once.
 * `onFirst` gets what to tell the run; `onLast` takes away what must not stay on the screen.
 */
export function listenForInterrupt(onFirst: (reason: string) => void, onLast: () => void = () => {}): Interrupt {
  let code: number | undefined
  const on = (signal: 'SIGINT' | 'SIGTERM') => () => {
    const asked = signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated
    if (code !== undefined) {
      onLast()
      process.exit(asked)
    }
    code = asked
    onFirst(signal === 'SIGINT' ? 'interrupted by Ctrl-C' : 'terminated by SIGTERM')
  }
  const onTerm = on('SIGTERM')
  const stopListening = onCtrlC(process, on('SIGINT'))
  process.on('SIGTERM', onTerm)
  return {
    code: () => code,
    dispose() {
      stopListening()
      process.off('SIGTERM', onTerm)
    },
  }
}
