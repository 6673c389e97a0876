import type { Source } from './source.ts'
import type { Template } from './template.ts'

export type CheckOperator = 'is' | 'is not' | '<' | '<=' | '>' | '>=' | 'contains' | 'does not contain'

/** What is asked of the value a source gives. */
export type CheckTest =
  | { readonly kind: 'exists' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'compare'; readonly operator: CheckOperator; readonly value: Template | number | boolean | null }
  | { readonly kind: 'matches'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'in'; readonly values: readonly (string | number)[] }
  /** `status is 2xx`: inclusive bounds. */
  | { readonly kind: 'between'; readonly from: number; readonly to: number }

/** One line under `check:`. Times compare in milliseconds, sizes in bytes. `text` is the line as written and the key of its counts. */
export type Check = { readonly text: string; readonly source: Source; readonly test: CheckTest }
