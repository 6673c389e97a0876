import { StoreError } from './store-error.ts'

/** Where a list of runs goes on: after the run of this time and id. */
export type ListPlace = { readonly createdAt: string; readonly id: string }

/** What a caller hands back unread: safe in a URL, the same text in every store. */
export function formatCursor({ createdAt, id }: ListPlace): string {
  return Buffer.from(`${createdAt} ${id}`, 'utf8').toString('base64url')
}

/** Throws a `StoreError` with the code CURSOR for a text that no list gave. */
export function parseCursor(text: string): ListPlace {
  const [createdAt, id, ...more] = Buffer.from(text, 'base64url').toString('utf8').split(' ')
  if (!createdAt || !id || more.length > 0 || formatCursor({ createdAt, id }) !== text)
    throw new StoreError(`"${text}" is not the cursor of a list of runs`, 'CURSOR')
  return { createdAt, id }
}
