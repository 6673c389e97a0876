/** The character classes of RFC 9110 5.6, as tables: one look-up a byte of a head. */
const token = new Uint8Array(256)
const value = new Uint8Array(256)
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  token[character.charCodeAt(0)] = 1
}
for (let byte = 0; byte < 256; byte++) value[byte] = byte === 9 || (byte >= 32 && byte !== 127) ? 1 : 0

/** A byte of a method, a header name, a chunk extension. */
export function isTokenByte(byte: number): boolean {
  return token[byte] === 1
}

/** A byte of a header value: no control character but the tab; 0x80 and above are taken as they are. */
export function isValueByte(byte: number): boolean {
  return value[byte] === 1
}

export function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

/** ASCII lower case of a letter; other bytes change in a way that is no letter. */
export function lower(byte: number): number {
  return byte | 32
}

/** The header fields that frame a response. */
export const field = { other: 0, connection: 1, keepAlive: 2, contentLength: 3, transferEncoding: 4 } as const

const connection = Buffer.from('connection')
const keepAlive = Buffer.from('keep-alive')
const contentLength = Buffer.from('content-length')
const transferEncoding = Buffer.from('transfer-encoding')

/** Which of the framing fields the name at `bytes[from, from + length)` is. */
export function classOf(bytes: Uint8Array, from: number, length: number): number {
  switch (length) {
    case 10:
      if (sameName(bytes, from, connection)) return field.connection
      return sameName(bytes, from, keepAlive) ? field.keepAlive : field.other
    case 14:
      return sameName(bytes, from, contentLength) ? field.contentLength : field.other
    case 17:
      return sameName(bytes, from, transferEncoding) ? field.transferEncoding : field.other
    default:
      return field.other
  }
}

/** Whether the name at `from` is this lower-case one, in any case. */
export function sameName(bytes: Uint8Array, from: number, name: Uint8Array): boolean {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[from + index] ?? 0
    const folded = byte >= 65 && byte <= 90 ? byte + 32 : byte
    if (folded !== name[index]) return false
  }
  return true
}
