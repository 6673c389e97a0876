import { StoreError } from './store-error.ts'

/** What is kept under a name of the user's choice. */
export type DocumentKind = 'scenario' | 'schedule' | 'baseline' | 'setting'

export type StoredDocument = {
  readonly name: string
  readonly body: unknown
  /** 1 for a new document, one more for each change. */
  readonly version: number
  /** ISO UTC. */
  readonly updatedAt: string
}

export type DocumentPage = { readonly documents: readonly StoredDocument[]; readonly next?: string }

export type PutOptions = {
  /** Changes only this version; 0: writes only where there is no such document. */
  readonly ifVersion?: number
}

/** What a put has written, and what it has written over. */
export type Put = { readonly version: number; readonly replaced?: StoredDocument }

/** Small named JSON documents: SQLite locally, DynamoDB in the cloud. */
export interface DocumentStore {
  /**
   * What was written; undefined, and nothing written, where `ifVersion` is not the stored one. Throws a
   * `StoreError` with the code TOO_LARGE for more than `MAX_DOCUMENT_BYTES` of JSON.
   */
  put(kind: DocumentKind, name: string, body: unknown, options?: PutOptions): Promise<Put | undefined>
  get(kind: DocumentKind, name: string): Promise<StoredDocument | undefined>
  /** By name, all that was put before it is asked; `after` is the `next` of the page before. */
  list(kind: DocumentKind, query: { readonly limit: number; readonly after?: string }): Promise<DocumentPage>
  /** What was removed; undefined, and nothing removed, where there is none, or `ifVersion` is not the stored one. */
  delete(kind: DocumentKind, name: string, options?: PutOptions): Promise<StoredDocument | undefined>
}

/** A DynamoDB item holds 400 KB, its names and times included. */
export const MAX_DOCUMENT_BYTES = 380_000

/** The body as it is kept. */
export function documentText(kind: DocumentKind, name: string, body: unknown): string {
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_DOCUMENT_BYTES)
    throw new StoreError(`${kind} ${name} has ${bytes} bytes, of at most ${MAX_DOCUMENT_BYTES}`, 'TOO_LARGE')
  return text
}
