import { readFileSync } from 'node:fs'
import { type Fault, formatFaults } from '../scenario/fault.ts'

/** All faults as text, each with its source line where the file can be read, and their number. */
export function faultText(faults: readonly Fault[]): string {
  const lines = new Map<string, readonly string[]>()
  const lineOf = (file: string, line: number): string | undefined => {
    let known = lines.get(file)
    if (known === undefined) {
      try {
        known = readFileSync(file, 'utf8').split(/\r?\n/)
      } catch {
        known = []
      }
      lines.set(file, known)
    }
    return known[line - 1]
  }
  return `${formatFaults(faults, lineOf)}\n\n${faults.length === 1 ? '1 fault' : `${faults.length} faults`}; nothing was sent`
}

/** A warning never stops a run; it is told before it. */
export function warningText(warning: Fault): string {
  return `warning: ${formatFaults([warning])}`
}
