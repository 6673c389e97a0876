import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
let starter: string | undefined

/**
 * The starter of Squall as it is installed: what `npm pack` would publish, built once, in a node_modules/ of its own. The
 * checkout's own starter strips types from 400 files first, which no user's machine does.
 */
export function installedStarter(): string {
  if (starter !== undefined) return starter
  execFileSync(process.execPath, [join(root, 'tools/build.ts')], { stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'squall-installed-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const installed = join(folder, 'node_modules/squall')
  mkdirSync(join(installed, 'bin'), { recursive: true })
  for (const part of ['package.json', 'bin/squall.js', 'dist']) {
    cpSync(join(root, part), join(installed, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
  starter = join(installed, 'bin/squall.js')
  return starter
}
