import { execFile, spawn } from 'node:child_process'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Emulator, type EmulatorPlace, inFolder } from './emulator.ts'

const readyWithinMs = 180_000
const stopWithinMs = 30_000
const lookEveryMs = 100

/** A process that was started from here: by its id and, because ids are used again, the moment at which it started. */
type ProcessRecord = { readonly pid: number; readonly startedAt: string }

/** When a process started, in words of the system; undefined where there is none. */
async function startedAt(pid: number): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim()
  } catch {
    return undefined
  }
}

/** The recorded process, if it still runs. */
async function runningProcess(folder: string): Promise<number | undefined> {
  const text = await readFile(inFolder.record(folder), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const record = JSON.parse(text) as ProcessRecord
  return (await startedAt(record.pid)) === record.startedAt ? record.pid : undefined
}

/**
 * Starts the emulator in the background, as the leader of a process group, and waits until it answers. Throws an Error
 * with the end of its log if it does not.
 */
export async function startProcess(emulator: Emulator, place: EmulatorPlace): Promise<number> {
  const { folder, port } = place
  const running = await runningProcess(folder)
  if (running !== undefined)
    throw new Error(
      `it already runs as process ${running}: npm run localstack -- stop ends it, and AWS_ENDPOINT_URL leads tests to it`,
    )
  await checkPort(port)
  await rm(inFolder.temporary(folder), { recursive: true, force: true })
  await mkdir(inFolder.temporary(folder), { recursive: true })
  const [program = '', ...options] = emulator.command(place)
  const { AWS_ENDPOINT_URL: _endpoint, AWS_PROFILE: _profile, ...environment } = process.env
  const log = await open(inFolder.log(folder), 'w')
  const started = spawn(program, options, {
    cwd: inFolder.temporary(folder),
    env: { ...environment, ...emulator.settings(place) },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  })
  const ended = new Promise<string>(resolve => {
    started.once('error', error => resolve(error.message))
    started.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`))
  })
  await log.close()
  const { pid } = started
  if (pid === undefined) throw new Error(await ended)
  await writeFile(inFolder.record(folder), JSON.stringify({ pid, startedAt: (await startedAt(pid)) ?? '' }))
  const fault = await Promise.race([ended, becomesReady(`http://127.0.0.1:${port}${emulator.healthPath}`)])
  if (fault !== undefined) {
    await stopProcess(folder)
    const said = await readFile(inFolder.log(folder), 'utf8')
    throw new Error(`${fault}\n${said.split('\n').slice(-20).join('\n')}`)
  }
  started.removeAllListeners()
  started.unref()
  return pid
}

/** Ends the recorded process and, with its group, all that it started: DynamoDB Local, functions. False if there is none. */
export async function stopProcess(folder: string): Promise<boolean> {
  const pid = await runningProcess(folder)
  await rm(inFolder.record(folder), { force: true })
  if (pid === undefined) return false
  process.kill(pid, 'SIGTERM')
  for (let waitedMs = 0; waitedMs < stopWithinMs && (await startedAt(pid)) !== undefined; waitedMs += lookEveryMs)
    await sleep(lookEveryMs)
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The whole group has ended.
  }
  return true
}

/** Undefined as soon as it answers; else why it does not. */
async function becomesReady(url: string): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs += lookEveryMs) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return undefined
    await sleep(lookEveryMs)
  }
  return `no answer from ${url} in ${readyWithinMs / 1000} s`
}

async function checkPort(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Error(`port ${port} of 127.0.0.1 is in use; PORT chooses another`)))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}
