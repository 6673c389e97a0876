import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { installedStarter } from './installed.ts'

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

/** Ms from `squall run` to the first request at the target, of so many starts of a scenario of two lines, by Squall as it is installed. */
export async function measureStarts(times: number, folder: string): Promise<readonly number[]> {
  let seen: ((atMs: number) => void) | undefined
  const server = createServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    socket.on('data', () => {
      seen?.(performance.now())
      socket.write(answer)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const file = join(folder, 'start.yml')
  writeFileSync(file, `target: http://127.0.0.1:${(server.address() as AddressInfo).port}\nsteps: [get: /]\n`)
  const starter = installedStarter()
  const starts: number[] = []
  for (let time = 0; time < times; time++) {
    const first = new Promise<number>(resolve => {
      seen = resolve
    })
    const fromMs = performance.now()
    const words = [starter, 'run', file, '--quiet', '--store', join(folder, 'store')]
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
    const [atMs] = await Promise.all([first, once(child, 'exit')])
    starts.push(atMs - fromMs)
  }
  server.close()
  return starts
}
