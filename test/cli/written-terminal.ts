import type { Terminal } from '../../lib/cli/terminal.ts'

/** A terminal that keeps what is written to it. */
export function writtenTerminal(): Terminal & { readonly written: string[] } {
  const written: string[] = []
  const write = (text: string) => void written.push(text)
  return {
    written,
    out: write,
    err: write,
    outIsTerminal: false,
    errIsTerminal: false,
    outColour: false,
    errColour: false,
    width: 80,
  }
}
