import { readCsv } from './csv.ts'
import type { DataRow, DataSet } from './data-set.ts'
import type { FaultList } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import type { ReadContext } from './read-context.ts'
import { readChoice } from './read-value.ts'
import { readNamedFile, shownPath } from './scenario-file.ts'
import { dataSchema } from './schema-scenario.ts'
import { asList, asMap, Section } from './section.ts'
import { reservedNames } from './template-function.ts'
import { type Entry, kindOf, type Node, plainValue } from './yaml-node.ts'

/** A data set and its rows. Columns are unknown, and so not checked, where the rows could not be read. */
export type ReadData = {
  readonly set: DataSet
  readonly rows: readonly DataRow[]
  readonly entry: Entry
  readonly known: boolean
}

/** `data:` by name. */
export function parseData(node: Node | undefined, context: ReadContext, faults: FaultList): readonly ReadData[] {
  if (node === undefined) return []
  const map = asMap(node, 'data', 'a map of data sets: account: { file: accounts.csv }', faults)
  return (map?.entries ?? []).map(entry => parseSet(entry, context, faults))
}

function parseSet(entry: Entry, context: ReadContext, faults: FaultList): ReadData {
  const name = entry.key
  if (!/^[A-Za-z_]\w*$/.test(name))
    faults.add(entry.place, `"${name}" is no name that {{ }} could read`, {
      expected: 'letters, digits and _',
      fix: name.replace(/\W+/g, '_'),
    })
  if (reservedNames.includes(name))
    faults.add(entry.place, `the name "${name}" has a meaning of its own in {{ }}`, { expected: 'another name' })
  const unknown: ReadData = {
    set: { name, columns: [], rowCount: 0, take: 'repeat', per: 'iteration' },
    rows: [],
    entry,
    known: false,
  }
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'string') {
    const table = readTable(entry.value, context, faults)
    return table ? { ...unknown, ...complete(unknown.set, table), known: true } : unknown
  }
  const map = asMap(entry.value, `the data set ${name}`, '{ file: rows.csv } or { rows: [...] }', faults)
  if (map === undefined) return unknown
  const section = new Section(map, dataSchema, 'a data set', faults)
  const takeNode = section.get('take')
  const take = takeNode && readChoice(takeNode, ['once', 'shuffle', 'repeat'], 'take', faults)
  const perNode = section.get('per')
  const per = perNode && readChoice(perNode, ['iteration', 'user'], 'per', faults)
  const base: DataSet = { ...unknown.set, take: take ?? 'repeat', per: per ?? 'iteration' }
  if (section.mistyped('file') || section.mistyped('rows')) return { ...unknown, set: base }
  if (section.has('file') === section.has('rows')) {
    faults.add(
      entry.place,
      `the data set ${name} has ${section.has('file') ? 'a file and rows' : 'neither a file nor rows'}`,
      { expected: 'file or rows' },
    )
    return { ...unknown, set: base }
  }
  const fileNode = section.written('file')
  const rowsNode = section.written('rows')
  const table = fileNode ? readTable(fileNode, context, faults) : rowsNode && readRows(rowsNode, faults)
  return table ? { ...unknown, ...complete(base, table), known: true } : { ...unknown, set: base }
}

type Table = { readonly columns: readonly string[]; readonly rows: readonly DataRow[]; readonly file?: string }

function complete(set: DataSet, table: Table): { readonly set: DataSet; readonly rows: readonly DataRow[] } {
  const file = table.file === undefined ? {} : { file: table.file }
  return { set: { ...set, ...file, columns: table.columns, rowCount: table.rows.length }, rows: table.rows }
}

function readTable(node: Node, context: ReadContext, faults: FaultList): Table | undefined {
  const file = readNamedFile(node, 'the file', context, faults)
  if (file === undefined) return undefined
  const table = readCsv(file.bytes)
  if (table.ok) return { columns: table.columns, rows: table.rows, file: file.path }
  for (const fault of table.faults) {
    const source = { shown: shownPath(node, file.path), folder: '' }
    faults.add({ source, line: fault.line, path: '' }, fault.message, { expected: fault.expected })
  }
  return undefined
}

function readRows(node: Node, faults: FaultList): Table | undefined {
  const items = asList(node, 'rows', 'a list of maps: - { email: a@example.test }', faults)
  if (items === undefined) return undefined
  if (items.length === 0) return faults.add(node.place, 'a data set has no rows', { expected: 'at least one' })
  const rows: DataRow[] = []
  let columns: readonly string[] | undefined
  let failed = false
  for (const item of items) {
    if (item.kind !== 'map') {
      faults.add(item.place, `a row is ${kindOf(item)}`, { expected: 'a map of columns and values' })
      failed = true
      continue
    }
    const keys = item.entries.map(entry => entry.key)
    const first: readonly string[] = columns ?? keys
    columns = first
    const missing = first.filter(column => !keys.includes(column))
    const added = keys.filter(key => !first.includes(key))
    if (missing.length > 0 || added.length > 0) {
      const what = [...missing.map(column => `lacks "${column}"`), ...added.map(column => `has "${column}"`)].join(
        ' and ',
      )
      faults.add(item.place, `a row ${what}, unlike the first row`, { expected: `the columns ${first.join(', ')}` })
      failed = true
    }
    rows.push(
      Object.fromEntries(item.entries.map(entry => [entry.key, plainValue(entry.value)] satisfies [string, JsonValue])),
    )
  }
  return failed ? undefined : { columns: columns ?? [], rows }
}
