import type { JsonValue } from '../scenario/json.ts'
import type { XPathLibrary } from '../scenario/markup-syntax.ts'
import { parsePlain } from '../scenario/plain-expression.ts'
import { plainJsonPath } from '../scenario/plain-json-path.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { loadCookies } from './cookies.ts'

/** The libraries that only some scenarios need, each by the module it comes from. */
const loaders = {
  cel: () => import('@marcbachmann/cel-js'),
  faker: () => import('@faker-js/faker/locale/en'),
  jsonPath: () => import('json-p3'),
  regex: () => import('re2js'),
  css: () => import('css-select'),
  html: () => import('htmlparser2'),
  xpath: async () => (await import('xpath')).default as unknown as XPathLibrary,
  xml: () => import('@xmldom/xmldom'),
}

type Libraries = { [Name in keyof typeof loaders]: Awaited<ReturnType<(typeof loaders)[Name]>> }
export type LibraryName = keyof Libraries

const loaded: Partial<Libraries> = {}

/**
 * Imports what keeps cookies, and what the scenario's expressions, sources and checks need and nothing else: a generator's
 * first request does not wait for a library that no step uses. To be awaited once a thread before anything is compiled.
 */
export async function prepareLibraries(scenario: Pick<Scenario, 'flows' | 'before' | 'after'>): Promise<void> {
  const names = new Set<LibraryName>()
  collectNeeds([scenario.flows, scenario.before, scenario.after] as unknown as JsonValue, names)
  await Promise.all([loadCookies(), ...[...names].map(load)])
}

/** The library, which `prepareLibraries` must have loaded. */
export function library<Name extends LibraryName>(name: Name): Libraries[Name] {
  const found = loaded[name]
  if (found === undefined) throw new Error(`await prepareLibraries(scenario) before compiling: ${name} is not loaded`)
  return found
}

async function load<Name extends LibraryName>(name: Name): Promise<void> {
  loaded[name] ??= (await loaders[name]()) as Libraries[Name]
}

/**
 * A scenario is plain JSON, and whatever holds an `expression` or is a source looks the same wherever it stands: walking
 * it whole cannot miss a step of a kind that is added later. A literal body that looks alike loads a library in vain.
 */
function collectNeeds(value: JsonValue, names: Set<LibraryName>): void {
  if (value === null || typeof value !== 'object') return
  if (!isList(value)) addNeeds(value, names)
  for (const item of isList(value) ? value : Object.values(value)) collectNeeds(item, names)
}

function addNeeds(value: { readonly [key: string]: JsonValue }, names: Set<LibraryName>): void {
  const { expression, kind, path } = value
  if (typeof expression === 'string') {
    if (parsePlain(expression) === undefined) names.add('cel')
    if (/\bfake\b/.test(expression)) names.add('faker')
  }
  if (kind === 'json' && typeof path === 'string' && plainJsonPath(path) === undefined) names.add('jsonPath')
  if (kind === 'regex' || kind === 'matches') names.add('regex')
  if (kind === 'css') names.add('css').add('html')
  if (kind === 'xml') names.add('xpath').add('xml')
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
