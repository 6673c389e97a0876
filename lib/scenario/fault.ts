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
