/**
 * Schemathesis, which knows nothing of this project but its OpenAPI document, against `squall serve`: no request that it
 * thinks of may end in a 5xx, in a status or a body that the document does not have, or be taken where it is wrong.
 * `npm run test:api-fuzz`; needs Python 3 and the package index, keeps its environment in the user's cache.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const version = '4.32.5'
const longestSeconds = 240

/** It takes what a schema allows for right, but the grammars of scenarios, cursors and schedules are in no schema. */
const withoutCheck = 'positive_data_acceptance'

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const environment = join(cache, 'squall', `schemathesis-${version}`)
const fuzzer = join(environment, 'bin', 'schemathesis')
const starter = fileURLToPath(new URL('../../bin/squall.js', import.meta.url))

if (!existsSync(fuzzer)) {
  mkdirSync(environment, { recursive: true })
  execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
  const pip = join(environment, 'bin', 'pip')
  execFileSync(pip, ['install', '--quiet', `schemathesis==${version}`], { stdio: 'inherit' })
}

const folder = mkdtempSync(join(tmpdir(), 'squall-fuzz-'))
const server = spawn(process.execPath, [starter, 'serve', '--port', '0'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const api = await new Promise<string>((resolve, reject) => {
    let text = ''
    server.stdout.setEncoding('utf8').on('data', chunk => {
      text += chunk
      const found = /HTTP API: (\S+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
    server.once('exit', code => reject(new Error(`squall serve ended with code ${code}`)))
  })
  const words = ['run', `${api}/openapi.json`, '--url', api, ...process.argv.slice(2)]
  const limits = [
    '--exclude-checks',
    withoutCheck,
    '--max-examples',
    '40',
    '--request-timeout',
    '20',
    '--seed',
    '1',
    '--workers',
    '1',
  ]
  const { status, signal } = spawnSync(fuzzer, [...words, ...limits], {
    cwd: folder,
    stdio: 'inherit',
    timeout: longestSeconds * 1000,
  })
  if (signal !== null) console.log(`stopped after ${longestSeconds} s`)
  process.exitCode = status ?? 1
} finally {
  server.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
