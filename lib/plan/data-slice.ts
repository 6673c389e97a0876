import type { DataRow } from '../scenario/data-set.ts'

/** The rows of a data set that one generator needs, by row number. No generator loads rows that it cannot ask for. */
export type DataSlice = {
  readonly schema: 'squall.data-slice.v1'
  readonly set: string
  readonly rows: readonly (readonly [number, DataRow])[]
}

/** Picks rows out of the whole set; numbers that it does not have are left out. */
export function dataSlice(set: string, numbers: readonly number[], rows: readonly DataRow[]): DataSlice {
  const picked = numbers.flatMap(number => {
    const row = rows[number]
    return row === undefined ? [] : [[number, row] as const]
  })
  return { schema: 'squall.data-slice.v1', set, rows: picked }
}

/** All rows of a set. */
export function wholeSlice(set: string, rows: readonly DataRow[]): DataSlice {
  return { schema: 'squall.data-slice.v1', set, rows: rows.map((row, number) => [number, row] as const) }
}

export function encodeDataSlice(slice: DataSlice): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(slice))
}

/** Throws for bytes that are not a data slice of this version: artifacts are written by Squall itself. */
export function decodeDataSlice(bytes: Uint8Array): DataSlice {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined
  if (schema !== 'squall.data-slice.v1') throw new Error(`not a data slice: schema ${JSON.stringify(schema)}`)
  return value as DataSlice
}
