import type { SQLOutputValue } from 'node:sqlite'
import {
  type DocumentKind,
  type DocumentPage,
  type DocumentStore,
  documentText,
  type Put,
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

  async put(kind: DocumentKind, name: string, body: unknown, { ifVersion }: PutOptions = {}): Promise<Put | undefined> {
    const text = documentText(kind, name, body)
    const updatedAt = new Date(this.#epochMs()).toISOString()
    return this.#database.transaction(() => {
      const replaced = this.#read(kind, name)
      const version = replaced?.version ?? 0
      if (ifVersion !== undefined && ifVersion !== version) return undefined
      this.#database.write(
        writing,
        `INSERT INTO document (kind, name, version, updated_at, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET version = ?3, updated_at = ?4, body = ?5`,
        kind,
        name,
        version + 1,
        updatedAt,
        text,
      )
      return { version: version + 1, ...(replaced !== undefined && { replaced }) }
    })
  }

  async get(kind: DocumentKind, name: string): Promise<StoredDocument | undefined> {
    return this.#read(kind, name)
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

  async delete(kind: DocumentKind, name: string, { ifVersion }: PutOptions = {}): Promise<StoredDocument | undefined> {
    const [row] = this.#database.read(
      writing,
      `DELETE FROM document WHERE kind = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3)
       RETURNING name, version, updated_at, body`,
      kind,
      name,
      ifVersion ?? null,
    )
    return row === undefined ? undefined : documentOf(row)
  }

  #read(kind: DocumentKind, name: string): StoredDocument | undefined {
    const [row] = this.#database.read(
      reading,
      'SELECT name, version, updated_at, body FROM document WHERE kind = ? AND name = ?',
      kind,
      name,
    )
    return row === undefined ? undefined : documentOf(row)
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
