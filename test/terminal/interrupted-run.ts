/** A second Ctrl-C in `squall run` on a real pseudo-terminal, while `after:` waits: no picture stays behind. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ctrlC, onTerminal, type Watched } from './watched.ts'

const folder = mkdtempSync(join(tmpdir(), 'squall-terminal-'))
const target = createServer((request, response) => void (request.url === '/bye' || response.end('ok')))
await new Promise<void>(resolve => target.listen(0, '127.0.0.1', resolve))
const { port } = target.address() as AddressInfo
const opened: Watched[] = []

/** What a terminal shows of what was written: its lines, as far as log-update moves about in them. */
function screen(written: string): readonly string[] {
  const lines = ['']
  let row = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal acts upon.
  for (const [, moved, text, end] of written.matchAll(/\u001b\[([?\d;]*[A-Za-z])|([^\u001b\r\n]+)|(\n)|\r/g)) {
    if (moved === '2K') lines[row] = ''
    else if (moved === '1A') row = Math.max(0, row - 1)
    else if (end !== undefined) row += 1
    lines[row] = `${lines[row] ?? ''}${text ?? ''}`
  }
  return lines
}

try {
  writeFileSync(
    join(folder, 'a.yml'),
    `target: http://127.0.0.1:${port}\nload: [{ rate: 20/s, for: 2m }]\nsteps: [get: /]\nafter: [post: /bye]\n`,
  )
  const run = onTerminal(['run', 'a.yml'], folder)
  opened.push(run)
  await run.until('p95')
  run.type(ctrlC)
  const stopping = await run.until('at once')
  const from = await run.until('p95', stopping)
  run.type(ctrlC)
  await run.until('code=130', from)
  await run.until('over\r\n')
  await run.end()
  const shown = screen(run.written)
  const end = shown.findIndex(line => line.includes('code=130'))
  assert.ok(end >= 0, shown.join('\n'))
  assert.match(
    shown[end - 1] ?? '',
    /once more ends at once/,
    `a picture stays:\n${shown.slice(0, end + 1).join('\n')}`,
  )
  assert.ok(run.written.lastIndexOf('\u001b[?25h') > run.written.lastIndexOf('\u001b[?25l'), 'the cursor is shown')
  process.stdout.write('a second Ctrl-C on a terminal: no picture stays behind\n')
} finally {
  for (const { child } of opened) child.kill('SIGKILL')
  target.closeAllConnections()
  target.close()
  rmSync(folder, { recursive: true, force: true })
}
