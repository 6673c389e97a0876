/** `npm run test:api-fuzz`: an independent fuzzer against `squall serve`; against a deployment it is a case of the e2e. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fuzz } from './schemathesis.ts'

const starter = fileURLToPath(new URL('../../bin/squall.js', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'squall-fuzz-'))
const server = spawn(process.execPath, [starter, 'serve', '--port', '0'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const apiUrl = await new Promise<string>((resolve, reject) => {
    let text = ''
    server.stdout.setEncoding('utf8').on('data', chunk => {
      text += chunk
      const found = /HTTP API: (\S+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
    server.once('exit', code => reject(new Error(`squall serve ended with code ${code}`)))
  })
  process.exitCode = await fuzz({
    apiUrl,
    folder,
    mostExamples: 40,
    longestSeconds: 240,
    words: process.argv.slice(2),
  })
} finally {
  server.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
