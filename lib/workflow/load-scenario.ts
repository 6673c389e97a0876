import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Fault, Reading } from '../scenario/fault.ts'
import { nearestKey } from '../scenario/nearest-key.ts'
import type { FileFault, Overrides, ReadContext } from '../scenario/read-context.ts'
import { type ReadResult, readScenario } from '../scenario/read-scenario.ts'
import { scenarioFromUrl } from '../scenario/url-scenario.ts'
import { decodeUtf8 } from '../scenario/utf8.ts'
import { version } from '../version.ts'
import { resolveOwnPackage } from './own-package.ts'

export type LoadOptions = {
  /** Default: the process's environment variables. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly environment?: string
  readonly set?: readonly (readonly [string, string])[]
  readonly overrides?: Overrides
  /** What an unset `env` or `secret` without a default is. */
  readonly unset?: 'fault' | 'warning'
  /** Whether secrets are this machine's environment variables. */
  readonly secrets?: 'here' | 'elsewhere'
  /** Told of every file that the scenario names, by its path below the scenario's folder. */
  readonly onFile?: (path: string, bytes: Uint8Array) => void
}

const MAX_SCENARIO_BYTES = 4_000_000
const MAX_FILE_BYTES = 100_000_000
const scenarioEndings = ['.yml', '.yaml', '.json', '.ts', '.mts', '.js', '.mjs']
const codeEndings = ['.ts', '.mts', '.js', '.mjs']

/**
 * Reads a scenario file and all that it names: `.yml`, `.yaml` and `.json` as text, `.ts` and `.js` as modules whose default export is the
 * scenario. Files it names stay inside its folder, links resolved. Every problem is a fault; nothing is thrown at the user.
 */
export async function loadScenario(path: string, options: LoadOptions = {}): Promise<Reading<ReadResult>> {
  const found = openScenario(path)
  if ('message' in found) return refused(found)
  const context = readContext(dirname(found.real), options)
  if (codeEndings.includes(extname(path).toLowerCase())) {
    const module = await importScenario(path, found.real)
    return 'message' in module
      ? refused(module)
      : withFile(readScenario({ object: module.object, file: path }, context), path)
  }
  const text = decodeUtf8(found.bytes)
  if (text !== undefined) return readScenario({ file: path, text }, context)
  const utf16 =
    (found.bytes[0] === 0xff && found.bytes[1] === 0xfe) || (found.bytes[0] === 0xfe && found.bytes[1] === 0xff)
  return refused({
    file: path,
    message: utf16 ? 'the file is in UTF-16' : 'the file is binary, or not in UTF-8',
    expected: 'YAML or JSON text in UTF-8',
  })
}

/** Reads a scenario that is an object already; files it names are looked for in `folder`. */
export function loadScenarioObject(object: unknown, folder: string, options: LoadOptions = {}): Reading<ReadResult> {
  return readScenario({ object }, readContext(folder, options))
}

/** The scenario of `squall run URL`. */
export function loadScenarioUrl(url: string, options: LoadOptions = {}): Reading<ReadResult> {
  return scenarioFromUrl(url, options.overrides ?? {}, readContext('.', options))
}

function readContext(folder: string, options: LoadOptions): ReadContext {
  return {
    readFile: path => {
      const read = readInside(folder, path)
      if (read instanceof Uint8Array) options.onFile?.(path, read)
      return read
    },
    env: options.env ?? process.env,
    version,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    ...(options.set === undefined ? {} : { set: options.set }),
    ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
    ...(options.unset === undefined ? {} : { unset: options.unset }),
    ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
  }
}

function openScenario(path: string): { readonly real: string; readonly bytes: Uint8Array } | Fault {
  try {
    const real = realpathSync(resolve(path))
    const stat = statSync(real)
    if (stat.isDirectory()) {
      const inside = readdirSync(real).filter(isScenario)
      const one = inside.length > 0 ? `${path.replace(/[\\/]$/, '')}/${inside[0]}` : undefined
      return {
        file: path,
        message: 'this is a folder',
        expected: 'a scenario file',
        ...(one === undefined ? {} : { fix: one }),
      }
    }
    if (!stat.isFile()) return { file: path, message: 'this is no regular file', expected: 'a scenario file' }
    if (stat.size > MAX_SCENARIO_BYTES)
      return {
        file: path,
        message: `the file has ${stat.size} bytes`,
        expected: `a scenario of at most ${MAX_SCENARIO_BYTES} bytes; put rows into a CSV file`,
      }
    if (!isScenario(path))
      return {
        file: path,
        message: `files that end with "${extname(path)}" are not read`,
        expected: `a scenario: ${scenarioEndings.join(', ')}`,
      }
    return { real, bytes: readFileSync(real) }
  } catch (error) {
    return missingScenario(path, error)
  }
}

function missingScenario(path: string, error: unknown): Fault {
  const code = errorCode(error)
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    return { file: path, message: `the file cannot be read: ${reason(code)}`, expected: 'a file that you may read' }
  const folder = dirname(path)
  const names = listFolder(folder)
  if (names === undefined)
    return { file: path, message: 'the file does not exist, nor its folder', expected: 'the path of a scenario file' }
  const near =
    nearestKey(basename(path), names.filter(isScenario)) ??
    names.filter(isScenario).find(name => name.startsWith(`${basename(path)}.`))
  const fix = near === undefined ? undefined : folder === '.' ? near : join(folder, near)
  return {
    file: path,
    message: 'the file does not exist',
    expected: fix ?? 'the path of a scenario file',
    ...(fix === undefined ? {} : { fix }),
  }
}

function readInside(folder: string, path: string): Uint8Array | FileFault {
  const full = join(folder, path)
  try {
    const root = realpathSync(folder)
    const real = realpathSync(full)
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return { fault: 'outside' }
    const stat = statSync(real)
    if (stat.isDirectory()) return { fault: 'folder' }
    if (!stat.isFile()) return { fault: 'unreadable', detail: 'it is no regular file' }
    if (stat.size > MAX_FILE_BYTES)
      return { fault: 'too large', detail: `${stat.size} bytes, at most ${MAX_FILE_BYTES}` }
    return new Uint8Array(readFileSync(real))
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return { fault: 'unreadable', detail: reason(code) }
    const near = nearestKey(basename(path), listFolder(dirname(full)) ?? [])
    return {
      fault: 'missing',
      ...(near === undefined ? {} : { near: path.includes('/') ? `${dirname(path)}/${near}` : near }),
    }
  }
}

async function importScenario(path: string, real: string): Promise<{ readonly object: unknown } | Fault> {
  resolveOwnPackage()
  try {
    const module: unknown = await import(pathToFileURL(real).href)
    const object = (module as { readonly default?: unknown }).default
    if (object !== undefined) return { object }
    return {
      file: path,
      message: 'the file has no default export',
      expected: 'the scenario as default export',
      fix: 'export default scenario({ ... })',
    }
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n')
    const language = /TYPESCRIPT|MODULE_NOT_FOUND|IMPORT/.test(errorCode(error))
    return {
      file: path,
      ...thrownAt(error, real),
      message: `the file cannot be imported: ${first?.replaceAll(dirname(real) + sep, '')}`,
      expected: language
        ? 'TypeScript that Node runs as it is (no enums, relative imports with .ts)'
        : 'a module whose default export is the scenario',
    }
  }
}

/**
 * Where in the file an import failed, by the error's stack: a syntax error's begins with the place and a caret under it, a
 * thrown error's names the place in its lines.
 */
function thrownAt(error: unknown, real: string): { readonly line?: number; readonly column?: number } {
  const lines = (error instanceof Error ? (error.stack ?? '') : '').split('\n')
  const [head = ''] = lines
  if (head.startsWith(`${real}:`)) {
    const caret = lines.find(line => /^\s*\^+\s*$/.test(line))
    return { line: Number(head.slice(real.length + 1)), ...(caret && { column: caret.indexOf('^') + 1 }) }
  }
  const url = pathToFileURL(real).href
  const at = lines.find(line => line.includes(`${url}:`)) ?? ''
  const place = /^:(\d+):(\d+)/.exec(at.slice(at.indexOf(url) + url.length))
  return place ? { line: Number(place[1]), column: Number(place[2]) } : {}
}

/** Faults of an object name the file it came from. */
function withFile(reading: Reading<ReadResult>, file: string): Reading<ReadResult> {
  const named = (fault: Fault): Fault =>
    fault.file === undefined && !fault.path?.startsWith('--') ? { ...fault, file } : fault
  const warnings = reading.warnings.map(named)
  return reading.ok ? { ...reading, warnings } : { ok: false, faults: reading.faults.map(named), warnings }
}

function refused(fault: Fault): Reading<ReadResult> {
  return { ok: false, faults: [fault], warnings: [] }
}

function isScenario(name: string): boolean {
  return scenarioEndings.includes(extname(name).toLowerCase()) && !/\.(test|d)\.m?ts$/.test(name)
}

function listFolder(folder: string): readonly string[] | undefined {
  try {
    return existsSync(folder) ? readdirSync(folder) : undefined
  } catch {
    return undefined
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function reason(code: string): string {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ELOOP: 'links lead in a circle',
    ENAMETOOLONG: 'its name is too long',
    EMFILE: 'too many files are open',
    EISDIR: 'it is a folder',
  }
  return reasons[code] ?? (code === '' ? 'it is not readable' : code)
}
