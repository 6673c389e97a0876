import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const version = '4.32.5'

/** It takes what a schema allows for right, but the grammars of scenarios, cursors and schedules are in no schema. */
const withoutCheck = 'positive_data_acceptance'

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const environment = join(cache, 'squall', `schemathesis-${version}`)
const fuzzer = join(environment, 'bin', 'schemathesis')

export type FuzzOptions = {
  /** The API's own, to whose paths the requests go. */
  readonly apiUrl: string
  /** Where the fuzzer writes. */
  readonly folder: string
  /** Cases that it thinks of for each operation, beside those that follow from the document. */
  readonly mostExamples: number
  /** Ends it, as a failure. */
  readonly longestSeconds: number
  readonly words?: readonly string[]
  /** Methods that an operation does not have, of which it is to say so. Default: the fuzzer's own, TRACE among them. */
  readonly otherMethods?: readonly string[]
}

/**
 * Schemathesis, which knows nothing of this project but its OpenAPI document: no request that it thinks of may end in a
 * 5xx, in a status or a body that the document does not have, or be taken where it is wrong. Gives its exit code. Needs
 * Python 3 and the package index; keeps its environment in the user's cache.
 */
export async function fuzz({ apiUrl, folder, mostExamples, longestSeconds, ...more }: FuzzOptions): Promise<number> {
  const { words = [], otherMethods } = more
  install()
  const settings = join(folder, 'schemathesis.toml')
  const unexpected = otherMethods === undefined ? '' : `unexpected-methods = ${JSON.stringify(otherMethods)}\n`
  writeFileSync(settings, `[phases.coverage]\n${unexpected}`)
  const limits = ['--max-examples', String(mostExamples), '--request-timeout', '20', '--seed', '1', '--workers', '1']
  const child = spawn(
    fuzzer,
    [
      '--config-file',
      settings,
      'run',
      `${apiUrl}/openapi.json`,
      '--url',
      apiUrl,
      ...words,
      '--exclude-checks',
      withoutCheck,
      ...limits,
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], timeout: longestSeconds * 1000 },
  )
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (signal !== null) console.error(`stopped by ${signal}; the longest is ${longestSeconds} s`)
      resolve(code ?? 1)
    })
  })
}

function install(): void {
  if (existsSync(fuzzer)) return
  mkdirSync(environment, { recursive: true })
  execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
  const pip = join(environment, 'bin', 'pip')
  execFileSync(pip, ['install', '--quiet', `schemathesis==${version}`], { stdio: 'inherit' })
}
