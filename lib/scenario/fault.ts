/** One thing wrong with a user's input: where it stands, what was found, what was expected and how to mend it. */
export type Fault = {
  /** The file as the user named it; absent for command-line options and objects given from code. */
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** 1-based, in characters. */
  readonly column?: number
  /** Dotted path inside the scenario, such as `flows.browse.steps[0].get`. */
  readonly path?: string
  /** What is wrong, naming what was found, in one sentence. */
  readonly message: string
  /** What would have been right: "a duration such as 30s". */
  readonly expected?: string
  /** The corrected line, or the nearest known key. */
  readonly fix?: string
}

/** The outcome of reading input: a value, or every fault of it at once. Warnings never stop a run. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }

/** `scenario.yml:12:7  unknown key "taget"`, then what was expected and the corrected line, indented. Plain text. */
export function formatFault(fault: Fault, sourceLine?: string): string {
  const position =
    fault.line === undefined ? '' : `:${fault.line}${fault.column === undefined ? '' : `:${fault.column}`}`
  const path = isNamedOption(fault) ? undefined : fault.path
  const place = fault.file === undefined ? (path ?? '') : `${fault.file}${position}`
  const where = fault.file !== undefined && fault.line === undefined && path !== undefined ? `${place} ${path}` : place
  const lines = [`${printable(where)}${where === '' ? '' : '  '}${printable(fault.message)}`]
  if (sourceLine !== undefined && fault.column !== undefined && sourceLine.length <= 160) {
    const before = [...sourceLine].slice(0, fault.column - 1)
    // A tab of one column keeps the caret under its place, however wide the terminal's tabs are.
    lines.push(`    ${printable(sourceLine.replaceAll('\t', ' '))}`, `    ${' '.repeat(before.length)}^`)
  }
  if (fault.expected !== undefined) lines.push(`  expected ${printable(fault.expected)}`)
  if (fault.fix !== undefined) lines.push(`  fix: ${printable(fault.fix)}`)
  return lines.join('\n')
}

/** Faults in the order of the files' lines, a blank line between them. `lineOf` gives the source's text, if it is at hand. */
export function formatFaults(
  faults: readonly Fault[],
  lineOf?: (file: string, line: number) => string | undefined,
): string {
  return sortedFaults(faults)
    .map(fault => {
      const known = fault.file !== undefined && fault.line !== undefined
      return formatFault(fault, known ? lineOf?.(fault.file ?? '', fault.line ?? 0) : undefined)
    })
    .join('\n\n')
}

/** By file in order of appearance, then line and column; faults without a line come first. */
function sortedFaults(faults: readonly Fault[]): readonly Fault[] {
  const files = [...new Set(faults.map(fault => fault.file))]
  return faults.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  )
}

/** Whether the message begins with the name of the option that it is about, which is not said twice. */
function isNamedOption({ path, message }: Fault): boolean {
  return path?.startsWith('--') === true && message.startsWith(path) && /^[\s:]/.test(message.slice(path.length))
}

/** Control characters of a hostile file must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd').replaceAll('\n', '\n    ')
}
