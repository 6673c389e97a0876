/** One fault of a short text (a template, a check, a threshold). Its reader knows no file; the caller adds the place. */
export type GrammarError = {
  /** What is wrong, naming what was found, in one sentence. */
  readonly message: string
  /** What would have been right. */
  readonly expected?: string
  /** The corrected text, or the nearest known word. */
  readonly fix?: string
  /** The fix is of a part of the text only: a call inside an expression, an expression inside a template. */
  readonly partial?: true
  /** 0-based, in UTF-16 units, in the text that was parsed. */
  readonly offset?: number
}

/** A value, or every fault of its text at once. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly GrammarError[] }

/** A text that was read. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

/** A text that was not read, and why. */
export function notParsed(...errors: readonly GrammarError[]): { ok: false; errors: readonly GrammarError[] } {
  return { ok: false, errors }
}

/** The same errors, their offsets counted in a text in which the parsed one starts at `by`. */
export function shifted(errors: readonly GrammarError[], by: number): readonly GrammarError[] {
  return errors.map(error => ({ ...error, offset: (error.offset ?? 0) + by }))
}
