import type { Fault } from './fault.ts'
import { FaultList } from './fault-list.ts'
import type { Overrides } from './read-context.ts'
import { requestName } from './request-name.ts'
import { withEnvironment } from './resolve-layers.ts'
import { methods } from './schema-step.ts'
import { parseTemplate } from './template.ts'
import { readYaml } from './yaml-document.ts'
import { type Entry, entryOf, type MapNode, type Node, type Place, type ScalarNode } from './yaml-node.ts'

/** A scenario's file, and what was said over it when it was read. */
export type WrittenScenario = {
  readonly file: string
  readonly text: string
  readonly environment?: string
  readonly overrides?: Overrides
  /** As resolved: the names of requests leave its origin out. */
  readonly target: string
}

/**
 * Faults that were found behind the reader, in a plan or by a deployment, know their path only. Where that is written in
 * the file they get its line and column; one that an option of the command line has brought about gets the option.
 */
export function placedFaults(faults: readonly Fault[], written: WrittenScenario): readonly Fault[] {
  if (faults.length === 0) return faults
  const { file, overrides = {} } = written
  const silent = new FaultList()
  const root = readYaml(written.text, { shown: file, folder: '' }, silent)
  if (root?.kind !== 'map') return faults
  const scenario = withEnvironment(root, written.environment, silent)
  const ofLoad = overrides.users !== undefined || overrides.rate !== undefined || overrides.for !== undefined
  return faults.map(fault => {
    const { path } = fault
    if (path === undefined || fault.line !== undefined || path.startsWith('--')) return fault
    if (path === 'target' && overrides.target !== undefined) {
      const { file: _, ...said } = fault
      return { ...said, path: '--target' }
    }
    if (path === 'load' && ofLoad) return fault
    const { line, column } = placeOf(path, scenario, written.target) ?? {}
    return line === undefined || column === undefined ? fault : { ...fault, file, line, column }
  })
}

function placeOf(path: string, root: MapNode, target: string): Place | undefined {
  const request = /^(flows\..+?|before|after): (.+)$/.exec(path)
  if (request !== null) {
    const [, where = '', name = ''] = request
    const inSteps = where === 'flows.main' ? entryOf(root, 'steps') : undefined
    // What a flow uses stands in a snippet.
    const places = [inSteps, entryAt(root, where), entryOf(root, 'snippets')]
    return places.map(entry => entry && requestIn(entry.value, name, target)?.place).find(place => place !== undefined)
  }
  const entry = entryAt(root, path) ?? (path === 'load' ? onlyFlowsLoad(root) : undefined)
  return entry?.value.kind === 'scalar' ? entry.value.place : entry?.place
}

/** Names may hold dots: what is left of the path is a key, or its beginning is one. */
function entryAt(node: Node, path: string): Entry | undefined {
  const whole = entryOf(node, path)
  if (whole !== undefined || node.kind !== 'map') return whole
  const [above] = node.entries.filter(({ key }) => path.startsWith(`${key}.`))
  return above && entryAt(above.value, path.slice(above.key.length + 1))
}

function onlyFlowsLoad(root: MapNode): Entry | undefined {
  const flows = entryOf(root, 'flows')?.value
  const loads = flows?.kind === 'map' ? flows.entries.flatMap(flow => entryOf(flow.value, 'load') ?? []) : []
  return loads.length === 1 ? loads[0] : undefined
}

/** The address of the first step, however deep, whose request has this name. */
function requestIn(node: Node, name: string, target: string): ScalarNode | undefined {
  if (node.kind === 'scalar') return undefined
  if (node.kind === 'list') return firstOf(node.items, item => requestIn(item, name, target))
  const step = node.entries.find(({ key }) => key === 'graphql' || methodNames.includes(key))
  if (step?.value.kind === 'scalar' && nameOf(node, step.key, step.value, target) === name) return step.value
  return firstOf(node.entries, ({ value }) => requestIn(value, name, target))
}

const methodNames: readonly string[] = methods

function nameOf(step: MapNode, verb: string, url: ScalarNode, target: string): string | undefined {
  const named = entryOf(step, 'name')?.value
  if (named?.kind === 'scalar') return named.text
  const template = parseTemplate(url.text)
  const method = verb === 'graphql' ? 'POST' : verb.toUpperCase()
  return template.ok ? requestName(method, template.value, URL.parse(target)?.origin) : undefined
}

function firstOf<T, F>(list: readonly T[], find: (each: T) => F | undefined): F | undefined {
  for (const each of list) {
    const found = find(each)
    if (found !== undefined) return found
  }
  return undefined
}
