import { once } from 'node:events'
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { plainHandle } from '../../lib/generate/plain-handle.ts'
import { systemError } from '../../lib/generate/system-error.ts'

/** A socket with `onread`, as the dispatcher opens it, and the other end of its connection. */
async function pair(buffer: Buffer): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const accepted = once(server, 'connection')
  const near = open({ host: '127.0.0.1', port, onread: { buffer, callback: () => true } })
  const [[far]] = await Promise.all([accepted, once(near, 'connect')])
  onTestFinished(() => {
    near.destroy()
    far.destroy()
    server.close()
  })
  return { near, far }
}

test('bytes go out and come in without the stream', async () => {
  const buffer = Buffer.alloc(1024)
  const { near, far } = await pair(buffer)
  let came = ''
  const handle = plainHandle(near, length => {
    came += buffer.toString('latin1', 0, length)
  })
  expect(handle?.write('one \xe9', () => {})).toBe(0)
  expect(handle?.write(Buffer.from(' two'), () => {})).toBe(0)
  expect(handle?.pending).toBe(false)
  far.resume().setEncoding('latin1')
  let seen = ''
  far.on('data', text => {
    seen += text
  })
  await expect.poll(() => seen).toBe('one \xe9 two')
  far.end('three')
  await once(near, 'end')
  expect(came).toBe('three')
})

test('what the kernel does not take at once is pending until it has', async () => {
  const { near, far } = await pair(Buffer.alloc(1024))
  const handle = plainHandle(near, () => {})
  const piece = Buffer.alloc(60_000, 'x')
  let written = 0
  let told: number | undefined
  while (handle !== undefined && !handle.pending) {
    expect(
      handle.write(piece, errno => {
        told = errno
      }),
    ).toBe(0)
    written += piece.length
  }
  expect(told).toBeUndefined()
  let seen = 0
  far.on('data', bytes => {
    seen += bytes.length
  })
  far.resume()
  await expect.poll(() => seen).toBe(written)
  expect([told, handle?.pending]).toEqual([0, false])
  // The request that waited is not used a second time.
  expect(handle?.write('after', () => {})).toBe(0)
  await expect.poll(() => seen).toBe(written + 5)
})

test('a number of a system error has its name', () => {
  expect(systemError('write', -32)).toMatchObject({
    code: 'EPIPE',
    errno: -32,
    syscall: 'write',
    message: 'write EPIPE',
  })
})
