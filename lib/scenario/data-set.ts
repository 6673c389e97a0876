import type { JsonValue } from './json.ts'

/** Rows that iterations or users take their values from. */
export type DataSet = {
  readonly name: string
  /** Where the rows come from; inline rows have none. */
  readonly file?: string
  readonly columns: readonly string[]
  readonly rowCount: number
  readonly take: 'once' | 'shuffle' | 'repeat'
  readonly per: 'iteration' | 'user'
}

/** One row: cells by column. CSV cells are text; inline rows keep their types. */
export type DataRow = Readonly<Record<string, JsonValue>>
