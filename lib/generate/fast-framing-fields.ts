import type { ResponseHead } from './fast-response-head.ts'
import { classOf, field, isDigit, sameName } from './http-bytes.ts'

/**
 * Reads a header, or a trailer, into the head if it decides where the response ends or whether the connection lives on. The
 * name is `bytes[from, from + nameLength)`, the value begins at `valueFrom`, and the line ends at `lineEnd`. Gives what it
 * is refused for; empty: nothing.
 */
export function readFramingField(
  head: ResponseHead,
  trailer: boolean,
  bytes: Uint8Array,
  from: number,
  nameLength: number,
  valueFrom: number,
  lineEnd: number,
): string {
  let valueTo = lineEnd
  while (valueTo > valueFrom && (bytes[valueTo - 1] === 32 || bytes[valueTo - 1] === 9)) valueTo--
  switch (classOf(bytes, from, nameLength)) {
    case field.contentLength:
      return readContentLength(head, bytes, valueFrom, valueTo)
    case field.transferEncoding:
      return readTransferEncoding(head, trailer, bytes, valueFrom, valueTo)
    case field.connection:
      readConnection(head, bytes, valueFrom, valueTo)
      return ''
    case field.keepAlive:
      readKeepAlive(head, bytes, valueFrom, valueTo)
      return ''
    default:
      return ''
  }
}

function readContentLength(head: ResponseHead, bytes: Uint8Array, from: number, to: number): string {
  if (head.transferEncoding) return 'Content-Length beside Transfer-Encoding'
  if (head.contentLength >= 0) return 'more than one Content-Length'
  if (from === to) return 'an empty Content-Length'
  let length = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (!isDigit(byte)) return 'a Content-Length that is not a number'
    length = length * 10 + byte - 48
    if (length > Number.MAX_SAFE_INTEGER) return 'a Content-Length beyond all measure'
  }
  head.contentLength = length
  return ''
}

/** Chunked counts only as the last coding; a response with another last one ends with its connection (RFC 9112 6.3). */
function readTransferEncoding(
  head: ResponseHead,
  trailer: boolean,
  bytes: Uint8Array,
  from: number,
  to: number,
): string {
  if (head.contentLength >= 0) return 'Transfer-Encoding beside Content-Length'
  if (from === to) return 'an empty Transfer-Encoding'
  if (trailer) return ''
  head.transferEncoding = true
  head.chunked = listOf(bytes, from, to).at(-1) === 'chunked'
  return ''
}

function readConnection(head: ResponseHead, bytes: Uint8Array, from: number, to: number): void {
  // Nearly every server sends one of these two words alone: no need to decode them.
  if (isWord(bytes, from, to, keepAliveWord)) head.connectionKeepAlive = true
  else if (isWord(bytes, from, to, closeWord)) head.connectionClose = true
  else {
    const options = listOf(bytes, from, to)
    if (options.includes('keep-alive')) head.connectionKeepAlive = true
    if (options.includes('close')) head.connectionClose = true
  }
}

function readKeepAlive(head: ResponseHead, bytes: Uint8Array, from: number, to: number): void {
  let seconds = -1
  let at = from + timeoutWord.length
  if (at < to && sameName(bytes, from, timeoutWord)) {
    for (seconds = 0; at < to && seconds < 1e6 && isDigit(bytes[at] ?? 0); at++)
      seconds = seconds * 10 + (bytes[at] ?? 0) - 48
  } else {
    const later = /[\s,;]timeout=(\d{1,6})/i.exec(textOf(bytes, from, to))?.[1]
    if (later !== undefined) seconds = Number(later)
  }
  head.keepAliveSeconds = seconds
}

const keepAliveWord = Buffer.from('keep-alive')
const closeWord = Buffer.from('close')
const timeoutWord = Buffer.from('timeout=')

function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - from === word.length && sameName(bytes, from, word)
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}

function listOf(bytes: Uint8Array, from: number, to: number): readonly string[] {
  return textOf(bytes, from, to)
    .toLowerCase()
    .split(',')
    .map(item => item.trim())
}
