/** The questions of `squall init` on a real pseudo-terminal: Enter takes what is offered, typing replaces it. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTerminal, type Watched } from './watched.ts'

const folder = mkdtempSync(join(tmpdir(), 'squall-terminal-'))
const opened: Watched[] = []

/** Answers the three questions, the second with Enter, and gives what was written. */
async function written(file: string, target: string, limit: string): Promise<string> {
  const init = onTerminal(['init', file], folder)
  opened.push(init)
  await init.until('address of the service')
  await init.until('ttp://127.0.0.1:8080')
  init.type(target)
  // What is typed and Enter come as two, as from fingers.
  if (target !== '') await init.until(target)
  init.type('\r')
  await init.until('What load')
  init.type('\r')
  const asked = await init.until('How slow')
  init.type(limit)
  if (limit !== '') await init.until(limit, asked)
  init.type('\r')
  await init.until('code=0')
  await init.end()
  return readFileSync(join(folder, file), 'utf8')
}

try {
  const taken = await written('taken.yml', '', '')
  assert.match(taken, /^target: http:\/\/127\.0\.0\.1:8080$/m)
  assert.match(taken, /< 500ms$/m)
  const typed = await written('typed.yml', 'https://shop.example.com', '2s')
  assert.match(typed, /^target: https:\/\/shop\.example\.com$/m)
  assert.match(typed, /< 2s$/m)
  process.stdout.write('squall init on a terminal: Enter takes what is offered, typing replaces it\n')
} finally {
  for (const { child } of opened) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
