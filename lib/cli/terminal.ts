import process from 'node:process'

/** Where a command writes: the report on `out`, progress and complaints on `err`. Tests give their own. */
export type Terminal = {
  out(text: string): void
  err(text: string): void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  readonly outColour: boolean
  readonly errColour: boolean
  readonly width: number
}

/** https://no-color.org: any value but an empty one turns colour off; FORCE_COLOR turns it on. */
function colourOn(isTerminal: boolean): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false
  const forced = process.env['FORCE_COLOR']
  if (forced !== undefined && forced !== '0' && forced !== '') return true
  return isTerminal && process.env['TERM'] !== 'dumb'
}

export function processTerminal(): Terminal {
  const outIsTerminal = process.stdout.isTTY === true
  const errIsTerminal = process.stderr.isTTY === true
  // A reader that went away (`| head`) is no fault of the run.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    outIsTerminal,
    errIsTerminal,
    outColour: colourOn(outIsTerminal),
    errColour: colourOn(errIsTerminal),
    width: Math.max(60, Math.min(process.stdout.columns ?? 80, 100)),
  }
}
