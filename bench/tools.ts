import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../lib/version.ts'
import { artilleryScript } from './artillery-script.ts'
import type { Case } from './cases.ts'
import { installedStarter } from './installed.ts'
import { onPath, said } from './machine.ts'
import { squallScenario } from './squall-scenario.ts'

/** Where and how long a tool is to ask. */
export type Ask = { readonly each: Case; readonly origin: string; readonly seconds: number; readonly folder: string }

export type Tool = {
  readonly name: string
  readonly version: string
  /** The command line that asks, in the folder; undefined where the tool cannot do this case. */
  words(ask: Ask): readonly string[] | undefined
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const require = createRequire(import.meta.url)
const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version
const firstLine = (text: string) => text.trim().split('\n', 1)[0] ?? ''
const node = process.execPath

/** Through the whole product path: the command line, the workflow, the report in every format that a run stores. */
export const squall: Tool = {
  name: 'squall',
  version,
  words({ each, origin, seconds, folder }) {
    const file = join(folder, 'scenario.json')
    writeFileSync(file, JSON.stringify(squallScenario(each, origin, seconds)))
    const report = ['--report', `json=${join(folder, 'report.json')}`]
    const run = ['run', file, '--generators', '1', '--quiet', '--store', join(folder, 'store')]
    return [node, installedStarter(), ...run, ...report]
  },
}

const autocannon: Tool = {
  name: 'autocannon',
  version: versionOf('autocannon'),
  words({ each, origin, seconds }) {
    const { connections, path } = each
    if (each.flow) return [node, pathOf('clients/autocannon-flow.ts'), origin, String(connections), String(seconds)]
    const program = pathOf('../node_modules/autocannon/autocannon.js')
    return [node, program, '--json', '-c', String(connections), '-d', String(seconds), origin + path]
  },
}

const undici: Tool = {
  name: 'undici Client',
  version: versionOf('undici'),
  words({ each, origin, seconds }) {
    const { connections, path } = each
    if (each.flow) return undefined
    return [node, pathOf('clients/undici-clients.ts'), origin + path, String(connections), String(seconds)]
  },
}

/** A program that is only used where it is on the path, and asks for one URL. */
function program(
  name: string,
  versionWord: string,
  options: (ask: { url: string; connections: string; seconds: number; folder: string }) => readonly string[],
): Tool | undefined {
  const found = onPath(name)
  if (found === undefined) return undefined
  return {
    name,
    version: firstLine(said(found, versionWord)),
    words({ each, origin, seconds, folder }) {
      if (each.flow) return undefined
      return [found, ...options({ url: origin + each.path, connections: String(each.connections), seconds, folder })]
    },
  }
}

const wrkOptions = (connections: string, seconds: number) => ['-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`]

/** What the others are compared with: the first that is there. */
const yardsticks = [
  program('wrk', '-v', ({ url, connections, seconds }) => [...wrkOptions(connections, seconds), url]),
  program('wrk2', '-v', ({ url, connections, seconds }) => [
    ...wrkOptions(connections, seconds),
    // More than any machine does: as fast as it can.
    '-R10000000',
    url,
  ]),
]

const others = [
  program('oha', '--version', ({ url, connections, seconds }) => [
    ...['--no-tui', '--insecure', '-c', connections, '-z', `${seconds}s`, url],
  ]),
  program('vegeta', '-version', ({ url, connections, seconds, folder }) => {
    const targets = join(folder, 'targets.txt')
    writeFileSync(targets, `GET ${url}\n`)
    const load = ['-rate=0', `-workers=${connections}`, `-max-workers=${connections}`, `-duration=${seconds}s`]
    return ['attack', '-insecure', `-targets=${targets}`, ...load, '-output=/dev/null']
  }),
  program('k6', 'version', ({ url, connections, seconds, folder }) => {
    const script = join(folder, 'script.js')
    const body = `const answer = http.get(${JSON.stringify(url)}); check(answer, { ok: each => each.status === 200 })`
    writeFileSync(script, `import http from 'k6/http'\nimport { check } from 'k6'\nexport default () => { ${body} }\n`)
    const quiet = ['--quiet', '--no-usage-report', '--insecure-skip-tls-verify']
    return ['run', ...quiet, '--vus', connections, '--duration', `${seconds}s`, script]
  }),
]

/** Only beside the flow, which it can do as well: of one request over and over it is the slowest by far. */
function artillery(): Tool | undefined {
  const found = onPath('artillery')
  if (found === undefined) return undefined
  return {
    name: 'artillery',
    version: /Artillery: +(\S+)/.exec(said(found, 'version'))?.[1] ?? 'of an unknown version',
    words({ each, origin, seconds, folder }) {
      if (each.path !== '/item') return undefined
      const script = join(folder, 'artillery.json')
      writeFileSync(script, JSON.stringify(artilleryScript(each, origin, seconds)))
      return ['env', 'ARTILLERY_DISABLE_TELEMETRY=true', found, 'run', '--quiet', script]
    },
  }
}

/** Squall first, then what it is compared with. */
export function tools(): readonly Tool[] {
  return [squall, ...yardsticks, autocannon, undici, ...others, artillery()].filter(tool => tool !== undefined)
}
