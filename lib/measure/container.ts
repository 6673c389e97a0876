/**
 * The frame of Squall's binary artifacts: the magic `SQLB`, the header's and the body's lengths and a checksum of both
 * (32 bits each, little-endian), then the header as JSON, which names the schema, then the body.
 */
const MAGIC = 0x424c5153
const FRAME_BYTES = 16
/** Made once: a merge reads a thousand headers, and making one takes longer than decoding with it. */
const utf8 = new TextDecoder()

export function packContainer(header: { readonly schema: string }, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(FRAME_BYTES + json.length + body.length)
  bytes.set(json, FRAME_BYTES)
  bytes.set(body, FRAME_BYTES + json.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, json.length, true)
  view.setUint32(8, body.length, true)
  view.setUint32(12, checksum(bytes), true)
  return bytes
}

/**
 * Takes a container apart. Throws an Error that names the schema expected and what is wrong: not a container, truncated,
 * corrupt, or of another schema or version.
 */
export function unpackContainer<Header extends { readonly schema: string }>(
  bytes: Uint8Array,
  schema: Header['schema'],
): { readonly header: Header; readonly body: Uint8Array } {
  if (bytes.length < FRAME_BYTES) throw new Error(`not a ${schema}: ${bytes.length} bytes are too few`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new Error(`not a ${schema}: it does not begin as one`)
  const headerLength = view.getUint32(4, true)
  const length = FRAME_BYTES + headerLength + view.getUint32(8, true)
  if (bytes.length < length) throw new Error(`a truncated ${schema}: ${bytes.length} of ${length} bytes`)
  if (bytes.length > length) throw new Error(`a corrupt ${schema}: ${bytes.length} bytes instead of ${length}`)
  if (view.getUint32(12, true) !== checksum(bytes)) throw new Error(`a corrupt ${schema}: its checksum does not match`)
  const bodyAt = FRAME_BYTES + headerLength
  const header = JSON.parse(utf8.decode(bytes.subarray(FRAME_BYTES, bodyAt))) as Header
  if (header.schema !== schema) throw new Error(`a ${header.schema}, where this version of Squall reads ${schema}`)
  return { header, body: bytes.subarray(bodyAt) }
}

/**
 * A word-wise multiplicative hash of everything behind the frame: it finds accidental damage at about a nanosecond a
 * word, where a CRC in script takes longer than the merge. It is no protection against intent.
 */
function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wholeWords = bytes.length - ((bytes.length - FRAME_BYTES) % 4)
  let hash = bytes.length | 0
  let at = FRAME_BYTES
  for (; at < wholeWords; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}
