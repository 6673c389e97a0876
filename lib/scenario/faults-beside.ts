import type { Fault } from './fault.ts'

/** Lines of the text, from 0; `end` is the first one behind. */
type Part = { readonly start: number; readonly end: number }

/** What each top-level entry may name that another defines: without it, it may seem to be at fault. */
const VARIABLES = ['vars', 'include', 'environments']
const STEPS = [...VARIABLES, 'data', 'snippets', 'before', 'http', 'target', 'steps', 'flows']
const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['target', VARIABLES],
  ['http', STEPS],
  ['load', [...VARIABLES, 'flows', 'mix']],
  ['thresholds', [...STEPS, 'after', 'load']],
  ['steps', STEPS],
  ['flows', STEPS],
  ['snippets', STEPS],
  ['before', STEPS],
  ['after', STEPS],
])

/**
 * The faults that a text has beside those of its YAML, which leave no tree to read. Only one that does not follow from
 * them is told: it is there, at the same place, if the lines are corrected as proposed, and if the top-level entries
 * that hold them are left out; so corrected these entries have no fault; and they define nothing that its own entry
 * could name. `faultsOf` reads a text; undefined where that, too, is no YAML.
 */
export function faultsBeside(
  text: string,
  syntax: readonly Fault[],
  faultsOf: (text: string) => readonly Fault[] | undefined,
): readonly Fault[] {
  const lines = text.split('\n')
  const corrected = correctedLines(lines, syntax)
  if (corrected === undefined) return []
  const asCorrected = faultsOf(corrected.join('\n'))
  if (asCorrected === undefined) return []
  const parts = syntax.map(({ line = 1 }) => entryAround(lines, line - 1))
  const isIn = (at: number) => parts.some(part => at >= part.start && at < part.end)
  const main = asCorrected.filter(({ file }) => file === syntax[0]?.file)
  if (main.some(({ line }) => line !== undefined && isIn(line - 1))) return []
  const without = faultsOf(lines.map((line, at) => (isIn(at) ? '' : line)).join('\n')) ?? []
  const known = new Set(without.map(sameness))
  const broken = parts.map(part => keyOf(lines, part))
  return main.filter(fault => {
    if (fault.line === undefined || !known.has(sameness(fault))) return false
    const names = NAMES.get(keyOf(lines, entryAround(lines, fault.line - 1))) ?? ['environments']
    return !broken.some(key => names.includes(key))
  })
}

function keyOf(lines: readonly string[], { start }: Part): string {
  return /^["']?([\w-]*)/.exec(lines[start] ?? '')?.[1] ?? ''
}

/** Undefined unless each fault proposes its whole line. */
function correctedLines(lines: readonly string[], syntax: readonly Fault[]): readonly string[] | undefined {
  const corrected = [...lines]
  for (const { line, fix } of syntax) {
    const written = line === undefined ? undefined : lines[line - 1]
    if (line === undefined || written === undefined || fix === undefined) return undefined
    const indent = /^\s/.test(fix) ? '' : (/^ */.exec(written)?.[0] ?? '')
    corrected[line - 1] = indent + fix
  }
  return corrected
}

/** The top-level entry that holds a line. */
function entryAround(lines: readonly string[], at: number): Part {
  const begins = (line: string) => /^[^\s#\-\]}]/.test(line)
  const start = lines.slice(0, at + 1).findLastIndex(begins)
  const next = lines.slice(at + 1).findIndex(begins)
  return { start: Math.max(0, start), end: next < 0 ? lines.length : at + 1 + next }
}

function sameness({ file, line, column, path, message }: Fault): string {
  return JSON.stringify([file, line, column, path, message])
}
