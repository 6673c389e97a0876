/**
 * Ctrl-C in `squall run --cloud` on a real pseudo-terminal of 80 columns, which `script` of util-linux makes; its states
 * are tested in test/cli/cloud-fate.test.ts without one. Run by `npm run test:terminal`.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { ctrlC, onTerminal, starter, Watched } from './watched.ts'

/** Figures come every two seconds: in this time some would have been drawn. */
const silenceMs = 5000
const prompt = 's, l or f: '

const folder = mkdtempSync(join(tmpdir(), 'squall-terminal-'))
const target = createServer((_, response) => response.end('ok'))
await new Promise<void>(resolve => target.listen(0, '127.0.0.1', resolve))
const { port } = target.address() as AddressInfo
writeFileSync(
  join(folder, 'a.yml'),
  `target: http://127.0.0.1:${port}\nload: [{ rate: 20/s, for: 2m }]\nsteps: [get: /]\n`,
)
const serving = new Watched(process.execPath, [starter, 'serve', '--port', '0'], folder)
const opened: Watched[] = [serving]

/** A run that is followed on a terminal, of which a picture has been seen; then its exit code and the terminal's settings. */
async function followed(): Promise<Watched> {
  await serving.until('/v1\n')
  const api = /HTTP API: (\S+)/.exec(serving.written)?.[1] ?? ''
  const run = onTerminal(['run', 'a.yml', '--cloud', '--api', api], folder)
  opened.push(run)
  await run.until('p95')
  return run
}

/** What stands on the screen from a place on: its lines, without what only moves or colours. */
const lines = (text: string) => stripVTControlCharacters(text).split(/\r?\n/)

async function expectRestored(run: Watched, code: number): Promise<void> {
  await run.until('over\r\n')
  await run.end()
  assert.match(run.written, new RegExp(`code=${code}\\r\\n`))
  const settings = run.written.slice(run.written.lastIndexOf('code='))
  for (const setting of ['icanon', 'echo', 'isig', 'opost']) assert.match(settings, new RegExp(`\\s${setting}[\\s;]`))
  const shown = run.written.lastIndexOf('\u001b[?25h')
  assert.ok(shown > run.written.lastIndexOf('\u001b[?25l'), 'the cursor is shown')
}

async function leftAfterTwo(): Promise<string> {
  const run = await followed()
  run.type(ctrlC)
  const asked = run.written.lastIndexOf('\u001b[?25h', await run.until(prompt))
  const from = run.written.length
  await sleep(silenceMs)
  assert.equal(run.written.slice(from), '', 'nothing is drawn while the question stands')
  for (const line of lines(run.written.slice(asked))) assert.ok(line.length <= 80, `wider than 80: ${line}`)

  run.type('what?\r')
  const again = await run.until(prompt, from)
  run.type('f\r')
  const drawn = await run.until('p95', again)
  run.type(ctrlC)
  const last = await run.until(prompt, drawn)
  run.type(ctrlC)
  await expectRestored(run, 130)
  const said = lines(run.written.slice(last)).join(' ')
  assert.match(said, /run \w+ goes on; squall report/)
  return /run (\w+) goes on/.exec(said)?.[1] ?? ''
}

async function stopped(): Promise<void> {
  const run = await followed()
  run.type(ctrlC)
  await run.until(prompt)
  run.type('s\r')
  await expectRestored(run, 130)
  assert.match(stripVTControlCharacters(run.written), /\nINCONCLUSIVE: stopped/)
}

try {
  const id = await leftAfterTwo()
  await stopped()
  assert.doesNotMatch(serving.written, new RegExp(`run ${id} `), 'the run that was left goes on')
  serving.child.kill('SIGINT')
  await serving.end()
  assert.match(serving.written, new RegExp(`run ${id} +INCONCLUSIVE`))
  process.stdout.write(
    'Ctrl-C on a terminal: asked in peace, left, followed on and stopped; the terminal is as it was\n',
  )
} finally {
  for (const { child } of opened) child.kill('SIGKILL')
  target.close()
  rmSync(folder, { recursive: true, force: true })
}
