import type { Socket } from 'node:net'

/**
 * A plain TCP socket's handle, without the stream around it. A stream makes a request object for each write and keeps a
 * queue, a timer and an owner look-up for each read; where one request at most is under way and bytes go into one buffer,
 * these have nothing to do and cost as much as everything else that a request needs of this thread's JavaScript.
 *
 * It rests on what Node's own `net` rests on, which is no documented interface. So it is looked at before it is used:
 * where any of it is not as expected, `plainHandle` gives nothing, and the socket is used as a stream.
 */
export type PlainHandle = {
  /** Writes latin-1 text or bytes. @returns 0, or the negated number of a system error. */
  write(data: string | Buffer, onWritten: (errno: number) => void): number
  /** False: all was taken by the kernel at once, and `onWritten` will not be called. */
  readonly pending: boolean
}

type WriteRequest = { handle?: object; oncomplete?: (status: number) => void }

type Handle = {
  onread: (this: unknown, bytes: unknown) => void
  writeLatin1String(request: WriteRequest, text: string): number
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number
}

type StreamBinding = {
  readonly WriteWrap: new () => WriteRequest
  /** What the last read or write did: numbers at the places that the constants name. */
  readonly streamBaseState: Int32Array
  readonly kReadBytesOrError: number
  readonly kLastWriteWasAsync: number
}

const binding = streamBinding()
/** A request that the kernel takes at once leaves no trace in this object, so that the next one can use it again. */
let spare: WriteRequest | undefined

/**
 * Takes over reading and writing of a connected socket that was opened with `onread`: `onBytes` is called with the number
 * of bytes in its buffer. The end and errors still come as the socket's events.
 */
export function plainHandle(socket: Socket, onBytes: (length: number) => void): PlainHandle | undefined {
  const handle = handleOf(socket)
  if (binding === undefined || handle === undefined) return undefined
  const { WriteWrap, streamBaseState: state, kReadBytesOrError, kLastWriteWasAsync } = binding
  const asStream = handle.onread
  handle.onread = function (bytes) {
    const length = state[kReadBytesOrError] ?? 0
    if (length > 0 && bytes === undefined) onBytes(length)
    else asStream.call(this, bytes)
  }
  const taken: { write: PlainHandle['write']; pending: boolean } = {
    pending: false,
    write(data, onWritten) {
      spare ??= new WriteWrap()
      const request = spare
      const errno =
        typeof data === 'string' ? handle.writeLatin1String(request, data) : handle.writeBuffer(request, data)
      if (errno !== 0) spare = undefined
      else if (state[kLastWriteWasAsync] !== 0) {
        spare = undefined
        taken.pending = true
        request.handle = handle
        request.oncomplete = status => {
          taken.pending = false
          onWritten(status)
        }
      }
      return errno
    },
  }
  return taken
}

function handleOf(socket: Socket): Handle | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return undefined
  const complete = ['onread', 'writeLatin1String', 'writeBuffer'].every(
    name => typeof Reflect.get(handle, name) === 'function',
  )
  return complete ? (handle as Handle) : undefined
}

function streamBinding(): StreamBinding | undefined {
  try {
    const found: unknown = Reflect.get(process, 'binding').call(process, 'stream_wrap')
    return isStreamBinding(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isStreamBinding(found: unknown): found is StreamBinding {
  if (typeof found !== 'object' || found === null) return false
  const { WriteWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = found as Record<string, unknown>
  return (
    typeof WriteWrap === 'function' &&
    streamBaseState instanceof Int32Array &&
    typeof kReadBytesOrError === 'number' &&
    typeof kLastWriteWasAsync === 'number' &&
    Math.max(kReadBytesOrError, kLastWriteWasAsync) < streamBaseState.length
  )
}
