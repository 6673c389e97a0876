import { crc32 } from 'node:zlib'
import { StoreError } from './store-error.ts'

/** Where a list of runs goes on: after the run of this time and id. */
export type ListPlace = { readonly createdAt: string; readonly id: string }

/**
 * What a caller hands back unread: safe in a URL, the same text in every store. It ends in its own CRC-32, by which one that
 * was cut off or changed on its way is told from another place in the list.
 */
export function formatCursor({ createdAt, id }: ListPlace): string {
  const place = `${createdAt} ${id}`
  return Buffer.from(`${place} ${crc32(place).toString(36)}`, 'utf8').toString('base64url')
}

/** Throws a `StoreError` with the code CURSOR for a text that no list gave. */
export function parseCursor(text: string): ListPlace {
  const [createdAt, id] = Buffer.from(text, 'base64url').toString('utf8').split(' ')
  if (!createdAt || !id || formatCursor({ createdAt, id }) !== text)
    throw new StoreError(`"${text}" is not the cursor of a list of runs`, 'CURSOR')
  return { createdAt, id }
}
