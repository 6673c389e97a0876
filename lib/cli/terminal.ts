import process from 'node:process'
import { reasonOf } from '../store/store-error.ts'

/** Where a command writes: the report on `out`, progress and complaints on `err`. Tests give their own. */
export type Terminal = {
  out(text: string): void
  err(text: string): void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  readonly outColour: boolean
  readonly errColour: boolean
  readonly width: number
  /** Why something that was written is lost, such as a full disk under a redirected stdout. */
  unwritten?(): string | undefined
}

/** https://no-color.org: any value but an empty one turns colour off; FORCE_COLOR turns it on. */
function colourOn(isTerminal: boolean): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false
  const forced = process.env['FORCE_COLOR']
  if (forced !== undefined && forced !== '0' && forced !== '') return true
  return isTerminal && process.env['TERM'] !== 'dumb'
}

/** The process's own streams. 60 to 100 columns are used; 80 where there is no terminal. */
export function processTerminal(): Terminal {
  const outIsTerminal = process.stdout.isTTY === true
  const errIsTerminal = process.stderr.isTTY === true
  let unwritten: string | undefined
  for (const [name, stream] of [
    ['stdout', process.stdout],
    ['stderr', process.stderr],
  ] as const)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that went away (`| head`), or a terminal that was closed, is no fault of the run; a full disk must not end
      // its load, either.
      const gone = error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY)
      if (!gone) unwritten ??= `cannot write to ${name}: ${reasonOf(error).reason}`
    })
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    outIsTerminal,
    errIsTerminal,
    outColour: colourOn(outIsTerminal),
    errColour: colourOn(errIsTerminal),
    unwritten: () => unwritten,
    width: Math.max(60, Math.min(process.stdout.columns ?? 80, 100)),
  }
}
