import { CsvError, parse } from 'csv-parse/sync'
import type { DataRow } from './data-set.ts'
import { decodeUtf8 } from './utf8.ts'

/** What is wrong with a CSV file, and the line of it. */
export type CsvFault = { readonly line: number; readonly message: string; readonly expected: string }

export type CsvTable =
  | { readonly ok: true; readonly columns: readonly string[]; readonly rows: readonly DataRow[] }
  | { readonly ok: false; readonly faults: readonly CsvFault[] }

const MAX_FAULTS = 5

type Record = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

/**
 * Reads CSV (RFC 4180): UTF-8, commas, a header line, text between " where a cell holds a comma, quote or line break. Every row has as many
 * cells as the header; cells are text as they stand, spaces included.
 */
export function readCsv(bytes: Uint8Array): CsvTable {
  const text = decodeUtf8(bytes)
  if (text === undefined || text.includes('\0')) return fault(1, 'the file is not text in UTF-8', 'CSV in UTF-8')
  if (text.trim() === '') return fault(1, 'the file is empty', 'a header line and rows')
  let records: readonly Record[]
  try {
    const options = { info: true, relax_column_count: true, skip_empty_lines: true } as const
    records = parse(text, options) as unknown as readonly Record[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1
    return fault(line, csvMessage(error), 'text with a quote in it between quotes, its own doubled: "say ""hi"""')
  }
  const [header, ...rest] = records
  if (header === undefined) return fault(1, 'the file is empty', 'a header line and rows')
  const columns = header.record.map(name => name.trim())
  const faults = headerFaults(columns)
  let lineBefore = header.info.lines
  const rows: DataRow[] = []
  for (const { record, info } of rest) {
    if (record.length !== columns.length && faults.length < MAX_FAULTS) {
      faults.push({
        line: lineBefore + 1,
        message: `the row has ${record.length} cell${record.length === 1 ? '' : 's'}, and the header ${columns.length}`,
        expected: `${columns.length} cells: ${columns.join(', ')}`,
      })
    }
    lineBefore = info.lines
    rows.push(Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ''])))
  }
  if (faults.length > 0) return { ok: false, faults }
  if (rows.length === 0) return fault(header.info.lines, 'the file has a header and no rows', 'at least one row')
  return { ok: true, columns, rows }
}

function headerFaults(columns: readonly string[]): CsvFault[] {
  const faults: CsvFault[] = []
  const [only] = columns
  if (columns.length === 1 && only !== undefined && /[;\t|]/.test(only)) {
    const separator = /[;\t|]/.exec(only)?.[0]
    faults.push({
      line: 1,
      message: `the cells are separated by ${separator === '\t' ? 'tabs' : separator}`,
      expected: 'commas',
    })
  }
  for (const [index, column] of columns.entries()) {
    if (column === '')
      faults.push({
        line: 1,
        message: `column ${index + 1} has no name`,
        expected: 'a name for each column in the first line',
      })
    else if (columns.indexOf(column) !== index)
      faults.push({
        line: 1,
        message: `the column "${column}" stands twice in the header`,
        expected: 'each column once',
      })
  }
  return faults
}

function csvMessage(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote that is opened is never closed'
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'something stands after a closing quote'
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a cell that is not in quotes'
    case 'CSV_MAX_RECORD_SIZE':
      return 'a row is too long'
    default:
      return 'a quote is not where it may be'
  }
}

function fault(line: number, message: string, expected: string): CsvTable {
  return { ok: false, faults: [{ line, message, expected }] }
}
