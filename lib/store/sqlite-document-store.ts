import type { SQLOutputValue } from 'node:sqlite'
import {
  type DocumentKind,
  type DocumentPage,
  type DocumentStore,
  documentText,
  type PutOptions,
  type StoredDocument,
} from './document-store.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

const reading = 'read the documents'
const writing = 'write the document'

/** Documents as rows of SQLite. */
export class SqliteDocumentStore implements DocumentStore {
  readonly #database: SqliteDatabase
  readonly #epochMs: () => number

  constructor(database: SqliteDatabase, epochMs: () => number) {
    this.#database = database
    this.#epochMs = epochMs
  }

  async put(
    kind: DocumentKind,
    name: string,
    body: unknown,
    { ifVersion }: PutOptions = {},
  ): Promise<number | undefined> {
    const text = documentText(kind, name, body)
    const updatedAt = new Date(this.#epochMs()).toISOString()
    const [row] =
      ifVersion !== undefined && ifVersion > 0
        ? this.#database.read(
            writing,
            `UPDATE document SET version = version + 1, updated_at = ?3, body = ?4
             WHERE kind = ?1 AND name = ?2 AND version = ?5 RETURNING version`,
            kind,
            name,
            updatedAt,
            text,
            ifVersion,
          )
        : this.#database.read(
            writing,
            `INSERT INTO document (kind, name, version, updated_at, body) VALUES (?1, ?2, 1, ?3, ?4)
             ON CONFLICT DO UPDATE SET version = version + 1, updated_at = ?3, body = ?4 WHERE ?5 IS NULL
             RETURNING version`,
            kind,
            name,
            updatedAt,
            text,
            ifVersion ?? null,
          )
    return row === undefined ? undefined : Number(row['version'])
  }

  async get(kind: DocumentKind, name: string): Promise<StoredDocument | undefined> {
    const [row] = this.#database.read(
      reading,
      'SELECT name, version, updated_at, body FROM document WHERE kind = ? AND name = ?',
      kind,
      name,
    )
    return row === undefined ? undefined : documentOf(row)
  }

  async list(
    kind: DocumentKind,
    { limit, after }: { readonly limit: number; readonly after?: string },
  ): Promise<DocumentPage> {
    // One more than asked for tells whether there is another page.
    const rows = this.#database.read(
      reading,
      'SELECT name, version, updated_at, body FROM document WHERE kind = ? AND name > ? ORDER BY name LIMIT ?',
      kind,
      after ?? '',
      limit + 1,
    )
    const documents = rows.slice(0, limit).map(documentOf)
    const last = documents.at(-1)
    return rows.length > limit && last !== undefined ? { documents, next: last.name } : { documents }
  }

  async delete(kind: DocumentKind, name: string): Promise<boolean> {
    return this.#database.write(writing, 'DELETE FROM document WHERE kind = ? AND name = ?', kind, name) > 0
  }
}

function documentOf(row: Record<string, SQLOutputValue>): StoredDocument {
  return {
    name: String(row['name']),
    body: JSON.parse(String(row['body'])),
    version: Number(row['version']),
    updatedAt: String(row['updated_at']),
  }
}
