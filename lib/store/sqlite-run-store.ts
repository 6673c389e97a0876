import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Control, RunRecord, RunStore } from './run-store.ts'
import { StoreError } from './store-error.ts'

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, record TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS run_by_time ON run (created_at DESC);
  CREATE TABLE IF NOT EXISTS control (id TEXT PRIMARY KEY, beat INTEGER NOT NULL, beat_at_ms INTEGER NOT NULL, abort TEXT);
`

/** How long a connection waits for another's lock. */
const busyTimeoutMs = 5000
const openAttempts = 100
const openRetryMs = 50
const SQLITE_BUSY = 5

/**
 * Of several processes that open a new file at once one turns the write-ahead log on; to the others SQLite may say that
 * the file is busy without waiting, so they try again.
 */
function openDatabase(path: string): DatabaseSync {
  for (let attempt = 1; ; attempt++) {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    try {
      database.exec(schema)
      return database
    } catch (error) {
      database.close()
      // The low byte is the primary result code.
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
      if (code !== SQLITE_BUSY || attempt === openAttempts) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, openRetryMs)
    }
  }
}

/**
 * Runs and control items in one SQLite file, through Node's own binding. Every thread opens its own connection; the
 * write-ahead log lets generators read the control item while the watcher writes it.
 */
export class SqliteRunStore implements RunStore {
  readonly #database: DatabaseSync
  readonly #epochMs: () => number

  constructor(path: string, epochMs: () => number) {
    this.#epochMs = epochMs
    try {
      this.#database = openDatabase(path)
    } catch (error) {
      throw new StoreError(`cannot open ${path}: ${error instanceof Error ? error.message : error}`, 'SQLITE', error)
    }
  }

  async create(record: RunRecord): Promise<boolean> {
    const { changes } = this.#run(
      'INSERT INTO run (id, created_at, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      record.id,
      record.createdAt,
      JSON.stringify(record),
    )
    if (changes === 0) return false
    this.#run(
      'INSERT INTO control (id, beat, beat_at_ms) VALUES (?, 0, ?) ON CONFLICT DO NOTHING',
      record.id,
      this.#epochMs(),
    )
    return true
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const [row] = this.#read('SELECT record FROM run WHERE id = ?', id)
    return row === undefined ? undefined : parseRecord(row['record'])
  }

  async update(id: string, change: Partial<Omit<RunRecord, 'schema' | 'id'>>): Promise<void> {
    // RFC 7396: json_patch replaces what the change names and keeps the rest, in one statement.
    this.#run('UPDATE run SET record = json_patch(record, ?) WHERE id = ?', JSON.stringify(change), id)
  }

  async list(limit: number): Promise<readonly RunRecord[]> {
    const rows = this.#read('SELECT record FROM run ORDER BY created_at DESC, id DESC LIMIT ?', limit)
    return rows.map(row => parseRecord(row['record']))
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
    this.#run('UPDATE control SET beat = beat + 1, beat_at_ms = ? WHERE id = ?', this.#epochMs(), id)
  }

  async abort(id: string, reason: string): Promise<void> {
    this.#run('UPDATE control SET abort = COALESCE(abort, ?) WHERE id = ?', reason, id)
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    return this.#statement("write the run's record", sql, statement => statement.run(...values))
  }

  #read(sql: string, ...values: SQLInputValue[]) {
    return this.#statement('read the runs', sql, statement => statement.all(...values))
  }

  #statement<T>(doing: string, sql: string, act: (statement: StatementSync) => T): T {
    try {
      return act(this.#database.prepare(sql))
    } catch (error) {
      throw new StoreError(`cannot ${doing}: ${error instanceof Error ? error.message : error}`, 'SQLITE', error)
    }
  }
}

function parseRecord(text: unknown): RunRecord {
  // The column is only ever written by this class; a record of another version would be a newer Squall's.
  const record = JSON.parse(String(text)) as RunRecord
  if (record.schema !== 'squall.run.v1')
    throw new StoreError(`run record of unknown version ${record.schema}`, 'VERSION')
  return record
}
