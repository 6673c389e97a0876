import { onCtrlC } from './ctrl-c.ts'
import { signalExitCode } from './exit-code.ts'

export type Interrupt = {
  /** The exit code that the signal asks for; undefined while there was none. */
  readonly code: () => number | undefined
  /** Stops listening. */
  readonly dispose: () => void
}

const reasons = {
  SIGINT: 'interrupted by Ctrl-C',
  SIGTERM: 'terminated by SIGTERM',
  SIGHUP: 'its terminal was closed (SIGHUP)',
} as const

/**
 * The first Ctrl-C, SIGTERM or SIGHUP asks the run to stop and report what it has; a second Ctrl-C or SIGTERM ends the
 * process at once. A terminal that is closed sends SIGHUP to this process and to its starter, which passes it on: of these, a
 * second means nothing. `onFirst` gets what to tell the run; `onLast` takes away what must not stay on the screen.
 */
export function listenForInterrupt(onFirst: (reason: string) => void, onLast: () => void = () => {}): Interrupt {
  let code: number | undefined
  const on = (signal: keyof typeof reasons) => () => {
    if (code === undefined) {
      code = signalExitCode[signal]
      onFirst(reasons[signal])
    } else if (signal !== 'SIGHUP') {
      onLast()
      process.exit(signalExitCode[signal])
    }
  }
  const onTerm = on('SIGTERM')
  const onHangUp = on('SIGHUP')
  const stopListening = onCtrlC(process, on('SIGINT'))
  process.on('SIGTERM', onTerm)
  process.on('SIGHUP', onHangUp)
  return {
    code: () => code,
    dispose() {
      stopListening()
      process.off('SIGTERM', onTerm)
      process.off('SIGHUP', onHangUp)
    },
  }
}
