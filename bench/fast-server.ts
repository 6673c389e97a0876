import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const certificates = ['certificate', 'key'].map(name => pathOf(`../test/dispatch/certificates/test-only-${name}.pem`))

/** The running target: servers/fast.c, or servers/fast.ts where that cannot be built. */
export type FastServer = {
  readonly origin: string
  /** What it is, for the table's conditions. */
  readonly built: string
  /** Requests that it has answered, and connections that it has taken, this question's own among these. */
  count(): Promise<{ readonly requests: number; readonly connections: number }>
  stop(): void
}

export type FastServerOptions = {
  readonly tls: boolean
  /** Words before the command, such as those that pin it to a core. */
  readonly prefix?: readonly string[]
  /** Undefined: the one in Node. */
  readonly compiler: string | undefined
}

export async function startFastServer({ tls, prefix = [], compiler }: FastServerOptions): Promise<FastServer> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-fast-'))
  const program = compiler === undefined ? undefined : build(compiler, tls, folder)
  const words = program === undefined ? [process.execPath, pathOf('servers/fast.ts')] : [program]
  const [command = '', ...rest] = [...prefix, ...words, '0', ...(tls ? certificates : [])]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const port = await listening(child)
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    built: program === undefined ? `Node ${process.version}` : `C, epoll, ${compiler} -O2${tls ? ', OpenSSL' : ''}`,
    count: () => askCount(port, tls),
    stop: () => void child.kill(),
  }
}

/** Undefined where it does not compile: the machine has no OpenSSL headers, or no epoll. */
function build(compiler: string, tls: boolean, folder: string): string | undefined {
  const program = join(folder, 'fast')
  const options = tls ? ['-DTLS', '-lssl', '-lcrypto'] : []
  try {
    execFileSync(compiler, ['-O2', '-o', program, pathOf('servers/fast.c'), ...options], { stdio: 'ignore' })
    return program
  } catch {
    return undefined
  }
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', chunk => {
      text += chunk
      const port = /^listening (\d+)$/m.exec(text)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the target ended with code ${code}`)))
  })
}

function askCount(port: number, tls: boolean): Promise<{ requests: number; connections: number }> {
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
      : connect({ host: '127.0.0.1', port })
    let text = ''
    socket.setEncoding('latin1').on('error', reject)
    socket.on('data', (chunk: string) => {
      text += chunk
      const found = /\r\n\r\n(\d+) (\d+)$/.exec(text)
      if (found === null) return
      socket.destroy()
      resolve({ requests: Number(found[1]), connections: Number(found[2]) })
    })
    socket.write('GET /count HTTP/1.1\r\nhost: bench\r\n\r\n')
  })
}
