import { createInterface, type Interface } from 'node:readline'
import { onCtrlC } from './ctrl-c.ts'
import { signalExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** What becomes of a run in the cloud when its follower is interrupted. */
export type Fate = 'abort' | 'leave' | 'follow'

/** Where signals come from and where a question is asked: the process, or a test's own. */
export type Keyboard = {
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'off' | 'emit'>
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  /** False where nobody reads the question, or nobody can answer it. */
  readonly canAsk: boolean
}

export function processKeyboard(terminal: Terminal): Keyboard {
  return {
    signals: process,
    input: process.stdin,
    output: process.stderr,
    canAsk: terminal.errIsTerminal && process.stdin.isTTY === true,
  }
}

export type FateListener = {
  /** A question is about to be written: until `onFate` nothing else may be. */
  readonly onAsk: () => void
  /** `code` is the exit code that the signal asks for; undefined where the run is followed on. */
  readonly onFate: (fate: Fate, code: number | undefined) => void
}

const question = `
The run goes on in the cloud. What is to become of it?
  s   stop its load, and wait for its report
  l   leave it running, and end here; so does Ctrl-C
  f   go on following it
`
const answers: Readonly<Record<string, Fate>> = {
  s: 'abort',
  stop: 'abort',
  l: 'leave',
  leave: 'leave',
  f: 'follow',
  follow: 'follow',
}
/** After so many answers that are none, nothing is changed. */
const mostRepeats = 3

/**
 * Listens for Ctrl-C and its kin. On a terminal the user is asked what becomes of the run; where nobody can be asked
 * the load is stopped, as a local run's would be, and so it is with `abort`. A second signal, while the question stands or
 * while the load is being stopped, leaves the run to itself and ends the command. Returns what stops listening.
 */
export function askWhatBecomes(mode: 'ask' | 'abort', keyboard: Keyboard, { onAsk, onFate }: FateListener): () => void {
  let asking: Interface | undefined
  let state: 'following' | 'asking' | 'decided' = 'following'

  const endQuestion = () => {
    const reader = asking
    asking = undefined
    // The terminal is as it was from here on.
    reader?.close()
  }
  const decide = (fate: Fate, code: number) => {
    endQuestion()
    state = fate === 'follow' ? 'following' : 'decided'
    onFate(fate, fate === 'follow' ? undefined : code)
  }
  const interrupted = (signal: keyof typeof signalExitCode) => {
    if (state === 'asking') keyboard.output.write('\n')
    if (state !== 'following') decide('leave', signalExitCode[signal])
    else if (signal === 'SIGINT' && mode === 'ask' && keyboard.canAsk) ask(signalExitCode[signal])
    else decide('abort', signalExitCode[signal])
  }
  const ask = (code: number) => {
    state = 'asking'
    onAsk()
    keyboard.output.write(question)
    const reader = createInterface({ input: keyboard.input, output: keyboard.output })
    asking = reader
    // A terminal that is read key by key sends no signal of its own.
    reader.on('SIGINT', () => interrupted('SIGINT'))
    // The end of the input (Ctrl-D) is no answer, and there will be none.
    reader.on('close', () => {
      if (asking === undefined) return
      keyboard.output.write('\n')
      decide('leave', code)
    })
    const again = (repeats: number) =>
      reader.question('s, l or f: ', text => {
        const fate = answers[text.trim().toLowerCase()]
        if (fate !== undefined) return decide(fate, code)
        if (repeats < mostRepeats) return again(repeats + 1)
        keyboard.output.write('None of them: it is followed on.\n')
        decide('follow', code)
      })
    again(0)
  }

  const others = (['SIGTERM', 'SIGHUP'] as const).map(signal => {
    const listener = () => interrupted(signal)
    keyboard.signals.on(signal, listener)
    return () => keyboard.signals.off(signal, listener)
  })
  const listeners = [onCtrlC(keyboard.signals, () => interrupted('SIGINT')), ...others]
  return () => {
    // The run has ended while the question stood.
    if (asking !== undefined) keyboard.output.write('\n')
    endQuestion()
    for (const stop of listeners) stop()
  }
}
