import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentStore } from './document-store.ts'
import { FileObjectStore } from './file-object-store.ts'
import type { ObjectStore } from './object-store.ts'
import type { RunStore } from './run-store.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { SqliteDocumentStore } from './sqlite-document-store.ts'
import { SqliteRunStore } from './sqlite-run-store.ts'
import { storeError } from './store-error.ts'

export type LocalStore = {
  readonly folder: string
  readonly objects: ObjectStore
  /** Closing it closes the store's database. */
  readonly runs: RunStore
  readonly documents: DocumentStore
}

/**
 * Opens the embedded store: files and one SQLite database below a folder, which is made if it is not there.
 * Throws a `StoreError` where the folder cannot be written.
 */
export function openLocalStore(folder: string, epochMs: () => number = Date.now): LocalStore {
  try {
    const made = mkdirSync(folder, { recursive: true })
    // Runs hold whole data sets, and those may hold passwords: a new store is never committed by accident.
    if (made !== undefined) writeFileSync(join(folder, '.gitignore'), '*\n')
  } catch (error) {
    throw storeError('write', folder, error)
  }
  const database = new SqliteDatabase(join(folder, 'squall.db'))
  return {
    folder,
    objects: new FileObjectStore(folder),
    runs: new SqliteRunStore(database, epochMs),
    documents: new SqliteDocumentStore(database, epochMs),
  }
}
