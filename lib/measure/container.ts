/**
 * The frame of Squall's binary artifacts: the magic `SQLC`, the header's and the body's lengths and a checksum of both
 * (32 bits each, little-endian), then the header as JSON, which names the schema, then the body.
 */
const MAGIC = 0x434c5153
/** `SQLB`: the same with another checksum. */
const FORMER_MAGIC = 0x424c5153
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
  if (view.getUint32(0, true) === FORMER_MAGIC)
    throw new Error(`a ${schema} of an earlier version of Squall, which this one does not read`)
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
 * A word-wise multiplicative hash of everything behind the frame: it finds accidental damage, where a CRC in script takes
 * longer than the merge. It is no protection against intent. Four hashes take turns, as each word has to wait for the one
 * before in its own.
 */
function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blocksEnd = bytes.length - ((bytes.length - FRAME_BYTES) % 16)
  let [a, b, c, d] = [bytes.length, 1, 2, 3]
  let at = FRAME_BYTES
  for (; at < blocksEnd; at += 16) {
    a = mixed(a, view.getInt32(at, true))
    b = mixed(b, view.getInt32(at + 4, true))
    c = mixed(c, view.getInt32(at + 8, true))
    d = mixed(d, view.getInt32(at + 12, true))
  }
  for (; at < bytes.length; at++) a = mixed(a, bytes[at] as number)
  return mixed(mixed(mixed(a, b), c), d) >>> 0
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}
