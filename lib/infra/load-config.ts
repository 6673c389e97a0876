import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Fault, Reading } from '../scenario/fault.ts'
import { resolveOwnPackage } from '../workflow/own-package.ts'
import { type Config, readConfig } from './config.ts'

/** The first of these in the folder is read. Node takes the types out of a .ts file by itself. */
const CONFIG_FILES = ['squall.config.ts', 'squall.config.js', 'squall.config.mjs']

/** CDK's context, where `squall` is a whole configuration (an object, or JSON) and `squall.NAME.NAME` one value of it. */
export type Context = Readonly<Record<string, unknown>>

/** The folder's configuration file; undefined where there is none. */
export function configFile(folder: string): string | undefined {
  return CONFIG_FILES.map(name => join(folder, name)).find(existsSync)
}

/** The configuration of the folder's file, with what the context says over it. Every fault at once. */
export async function loadConfig(folder: string, context: Context): Promise<Reading<Config>> {
  const path = configFile(folder)
  const written: Written = path === undefined ? { value: {} } : await importDefault(path)
  if ('fault' in written) return { ok: false, faults: [written.fault], warnings: [] }
  const file = path === undefined ? undefined : basename(path)
  const given = withContext(written.value, context)
  if (path === undefined && isRecord(given) && Object.keys(given).length === 0)
    return { ok: false, faults: [noConfig], warnings: [] }
  return readConfig(given, file)
}

const noConfig: Fault = {
  message: 'there is no squall.config.ts in this folder, and no --context squall.NAME=VALUE',
  expected: 'a configuration that names at least the targets that may be tested',
  fix: "a file squall.config.ts with: export default { allow: { hosts: ['shop.example.com'] } }",
}

type Written = { readonly value: unknown } | { readonly fault: Fault }

async function importDefault(path: string): Promise<Written> {
  resolveOwnPackage()
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href)
    if (module.default !== undefined) return { value: module.default }
    return {
      fault: {
        file: basename(path),
        message: 'exports nothing by default',
        expected: 'export default { allow: { hosts: [...] } }',
      },
    }
  } catch (error) {
    return {
      fault: {
        file: basename(path),
        message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      },
    }
  }
}

/** Context over the file, value by value. A value is JSON where it can be, else text. */
export function withContext(base: unknown, context: Context): unknown {
  const whole = typeof context['squall'] === 'string' ? parsed(context['squall']) : context['squall']
  let given = merged(base, whole)
  for (const [name, value] of Object.entries(context)) {
    if (!name.startsWith('squall.')) continue
    const path = name.slice('squall.'.length).split('.')
    const leaf = typeof value === 'string' ? parsed(value) : value
    given = merged(
      given,
      path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), leaf),
    )
  }
  return given
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function merged(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (!isRecord(below) || !isRecord(above)) return above
  const result: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) result[key] = merged(below[key], value)
  return result
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
