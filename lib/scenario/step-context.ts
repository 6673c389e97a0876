import type { FaultList } from './fault-list.ts'
import type { NameScope } from './name-scope.ts'
import type { Header } from './parse-headers.ts'
import type { ReadContext } from './read-context.ts'
import type { HttpOptions } from './scenario.ts'
import type { Entry } from './yaml-node.ts'

/** What all steps of a scenario share while they are read. */
export type ScenarioContext = {
  readonly read: ReadContext
  readonly http: HttpOptions
  /** Defaults and `http.headers`, lower-cased. */
  readonly headers: readonly Header[]
  /** The target's scheme, host and port: absolute URLs to it are named by their path. */
  readonly origin: string | undefined
  readonly snippets: ReadonlyMap<string, Entry>
  /** False where an included file could not be read. */
  readonly complete: boolean
  /** Bodies by path: what is named is added. */
  readonly files: Map<string, Uint8Array>
  /** Steps read so far, snippets expanded: a guard against snippets that use each other twice and twice again. */
  readonly count: { steps: number }
}

export type StepContext = {
  readonly scenario: ScenarioContext
  readonly scope: NameScope
  readonly faults: FaultList
  /** The snippets that are being expanded, outermost first. */
  readonly using: readonly string[]
}
