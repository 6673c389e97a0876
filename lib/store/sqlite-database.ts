import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { StoreError } from './store-error.ts'

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, record TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS run_by_time ON run (created_at DESC);
  CREATE TABLE IF NOT EXISTS verdict (id TEXT PRIMARY KEY, verdict TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS place (id TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS control (id TEXT PRIMARY KEY, beat INTEGER NOT NULL, beat_at_ms INTEGER NOT NULL, abort TEXT);
  CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, updated_at TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, name)
  ) WITHOUT ROWID;
`

/** How long a connection waits for another's lock. */
const busyTimeoutMs = 5000
const openAttempts = 100
const openRetryMs = 50
const SQLITE_BUSY = 5
const SQLITE_FULL = 13

/** The low byte of an error's code is the primary one. */
function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
}

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
      if (primaryCode(error) !== SQLITE_BUSY || attempt === openAttempts) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, openRetryMs)
    }
  }
}

/**
 * One connection to the store's SQLite file, through Node's own binding. Every thread opens its own; the write-ahead log
 * lets generators read the control item while the watcher writes it. Every refusal is a `StoreError`.
 */
export class SqliteDatabase {
  readonly #database: DatabaseSync

  constructor(path: string) {
    try {
      this.#database = openDatabase(path)
    } catch (error) {
      throw new StoreError(`cannot open ${path}: ${error instanceof Error ? error.message : error}`, 'SQLITE', error)
    }
  }

  /** The number of rows that changed. */
  write(doing: string, sql: string, ...values: SQLInputValue[]): number {
    return this.#statement(doing, sql, statement => Number(statement.run(...values).changes))
  }

  read(doing: string, sql: string, ...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return this.#statement(doing, sql, statement => statement.all(...values))
  }

  /** What `act` writes is there as a whole or, where it throws, not at all. */
  transaction<T>(act: () => T): T {
    this.write('begin to write', 'BEGIN IMMEDIATE')
    try {
      const result = act()
      this.write('end what was written', 'COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #statement<T>(doing: string, sql: string, act: (statement: StatementSync) => T): T {
    try {
      return act(this.#database.prepare(sql))
    } catch (error) {
      throw new StoreError(`cannot ${doing}: ${reasonOfSqlite(error)}`, 'SQLITE', error)
    }
  }
}

/** In the words that files use, where a disk is full. */
function reasonOfSqlite(error: unknown): string {
  if (primaryCode(error) === SQLITE_FULL) return 'the disk is full'
  return error instanceof Error ? error.message : String(error)
}
