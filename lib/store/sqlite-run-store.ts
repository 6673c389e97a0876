import { formatCursor, parseCursor } from './list-cursor.ts'
import {
  type Control,
  type Created,
  hasEnded,
  type LastChange,
  type RunChange,
  type RunPage,
  type RunQuery,
  type RunRecord,
  type RunState,
  type RunStore,
} from './run-store.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { StoreError } from './store-error.ts'
import type { StoredVerdict } from './stored-verdict.ts'

const reading = 'read the runs'
const writing = "write the run's record"

/** Runs, verdicts and control items as rows of SQLite. */
export class SqliteRunStore implements RunStore {
  readonly #database: SqliteDatabase
  readonly #epochMs: () => number

  constructor(database: SqliteDatabase, epochMs: () => number) {
    this.#database = database
    this.#epochMs = epochMs
  }

  async create(record: RunRecord, most = Number.POSITIVE_INFINITY): Promise<Created> {
    return this.#database.transaction((): Created => {
      if (this.#read('SELECT id FROM run WHERE id = ?', record.id).length > 0) return { kind: 'taken' }
      const holders = this.#read('SELECT id FROM place').map(({ id }) => String(id))
      if (holders.length >= most) return { kind: 'full', holders }
      const { id, createdAt } = record
      this.#write('INSERT INTO run (id, created_at, record) VALUES (?, ?, ?)', id, createdAt, JSON.stringify(record))
      this.#write('INSERT INTO control (id, beat, beat_at_ms) VALUES (?, 0, ?)', id, this.#epochMs())
      this.#write('INSERT INTO place (id) VALUES (?)', id)
      return { kind: 'created' }
    })
  }

  async release(ids: readonly string[]): Promise<void> {
    this.#write('DELETE FROM place WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const [row] = this.#read('SELECT record FROM run WHERE id = ?', id)
    return row === undefined ? undefined : parseRecord(row['record'])
  }

  async update(id: string, change: RunChange, states?: readonly RunState[]): Promise<boolean> {
    return this.#database.transaction(() => this.#change(id, change, states) > 0)
  }

  async finish(id: string, change: LastChange, verdict: StoredVerdict): Promise<void> {
    this.#database.transaction(() => {
      const isFirst = this.#write(
        'INSERT INTO verdict (id, verdict) VALUES (?, ?) ON CONFLICT DO NOTHING',
        id,
        JSON.stringify(verdict),
      )
      if (isFirst === 0) return
      if (this.#change(id, change) === 0) throw new StoreError(`there is no run ${id}`, 'MISSING')
    })
  }

  async verdict(id: string): Promise<StoredVerdict | undefined> {
    const [row] = this.#read('SELECT verdict FROM verdict WHERE id = ?', id)
    return row === undefined ? undefined : parseVerdict(row['verdict'])
  }

  async list({ limit, after, scenario }: RunQuery): Promise<RunPage> {
    const place = after === undefined ? undefined : parseCursor(after)
    // One more than asked for tells whether there is another page.
    const rows = this.#read(
      `SELECT record FROM run
       WHERE (?1 IS NULL OR (created_at, id) < (?1, ?2)) AND (?3 IS NULL OR record ->> 'scenario' = ?3)
       ORDER BY created_at DESC, id DESC LIMIT ?4`,
      place?.createdAt ?? null,
      place?.id ?? null,
      scenario ?? null,
      limit + 1,
    )
    const records = rows.slice(0, limit).map(row => parseRecord(row['record']))
    const last = records.at(-1)
    return rows.length > limit && last !== undefined ? { records, next: formatCursor(last) } : { records }
  }

  async control(id: string): Promise<Control | undefined> {
    const [row] = this.#read('SELECT beat, beat_at_ms, abort FROM control WHERE id = ?', id)
    if (row === undefined) return undefined
    return {
      beat: Number(row['beat']),
      beatAtMs: Number(row['beat_at_ms']),
      ...(typeof row['abort'] === 'string' && { abort: row['abort'] }),
    }
  }

  async beat(id: string): Promise<void> {
    this.#write('UPDATE control SET beat = beat + 1, beat_at_ms = ? WHERE id = ?', this.#epochMs(), id)
  }

  async abort(id: string, reason: string): Promise<void> {
    this.#write('UPDATE control SET abort = COALESCE(abort, ?) WHERE id = ?', reason, id)
  }

  close(): void {
    this.#database.close()
  }

  /** RFC 7396: json_patch replaces what the change names and keeps the rest, in one statement. For a transaction. */
  #change(id: string, change: RunChange, states?: readonly RunState[]): number {
    const changed = this.#write(
      `UPDATE run SET record = json_patch(record, ?1)
       WHERE id = ?2 AND (?3 = 'null' OR record ->> 'state' IN (SELECT value FROM json_each(?3)))`,
      JSON.stringify(change),
      id,
      JSON.stringify(states ?? null),
    )
    if (changed > 0 && hasEnded(change.state)) this.#write('DELETE FROM place WHERE id = ?', id)
    return changed
  }

  #write(sql: string, ...values: (string | number)[]): number {
    return this.#database.write(writing, sql, ...values)
  }

  #read(sql: string, ...values: (string | number | null)[]) {
    return this.#database.read(reading, sql, ...values)
  }
}

/** A row is only ever written by this class; a record of another version would be a newer Squall's. */
function parseRecord(text: unknown): RunRecord {
  const record = JSON.parse(String(text)) as RunRecord
  if (record.schema !== 'squall.run.v1')
    throw new StoreError(`run record of unknown version ${record.schema}`, 'VERSION')
  return record
}

function parseVerdict(text: unknown): StoredVerdict {
  const verdict = JSON.parse(String(text)) as StoredVerdict
  if (verdict.schema !== 'squall.verdict.v1')
    throw new StoreError(`verdict of unknown version ${verdict.schema}`, 'VERSION')
  return verdict
}
