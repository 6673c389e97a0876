/** One thing wrong in a small text: a duration, a template, a check. The reader of the file adds the file, line and column. */
export type GrammarError = {
  /** What is wrong, naming what was found, in one sentence. */
  readonly message: string
  readonly expected?: string
  /** The corrected text. */
  readonly fix?: string
  /** 0-based offset in the text. */
  readonly offset?: number
}

/** The outcome of reading a small text: a value, or every error of it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly GrammarError[] }
