import type { FaultList } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import type { LoadPhase } from './load-phase.ts'
import { lineOf, NameScope } from './name-scope.ts'
import { parseLoad } from './parse-load.ts'
import { parseSteps } from './parse-step.ts'
import type { Overrides } from './read-context.ts'
import { readNumber } from './read-value.ts'
import { defaultLoad, withOverrides } from './resolve-overrides.ts'
import type { Flow, Track } from './scenario.ts'
import { flowSchema, type scenarioSchema } from './schema-scenario.ts'
import { asMap, Section } from './section.ts'
import type { ScenarioContext } from './step-context.ts'
import type { Entry, Node } from './yaml-node.ts'

export type ReadFlows = {
  readonly flows: readonly Flow[]
  readonly scopes: readonly NameScope[]
  readonly tracks: readonly Track[]
}

type Settings = {
  readonly vars: ReadonlyMap<string, JsonValue>
  readonly overrides: Overrides
  readonly mix: Track['mix']
  readonly scenario: ScenarioContext
  readonly faults: FaultList
}

type OwnLoad = { readonly flow: Flow; readonly load?: readonly LoadPhase[]; readonly place: Entry['place'] }

/** `flows:`, or `steps:` as the one flow `main`, and the tracks of load phases that run them. */
export function parseFlows(root: Section<typeof scenarioSchema>, settings: Settings): ReadFlows {
  const { faults } = settings
  const stepsNode = root.written('steps')
  const flowsNode = root.written('flows')
  if (root.has('steps') && root.has('flows')) {
    faults.add(root.placeOf('steps'), 'the scenario has "steps" and "flows"', {
      expected: 'the steps inside a flow: flows: { main: { steps: ... } }',
    })
  } else if (!(['steps', 'flows'] as const).some(key => root.has(key) || root.mistyped(key))) {
    faults.add(root.place, 'the scenario has no steps', {
      expected: 'steps: [get: /], or flows',
      fix: 'steps: [get: /]',
    })
  }
  const scopes: NameScope[] = []
  const read: OwnLoad[] = []
  if (stepsNode) {
    const scope = new NameScope('flow', 'the flow main')
    const steps = parseSteps(stepsNode, 'steps', { scenario: settings.scenario, scope, faults, using: [] })
    scopes.push(scope)
    read.push({ flow: { name: 'main', weight: 1, start: [], steps }, place: stepsNode.place })
  }
  const map = flowsNode && asMap(flowsNode, 'flows', 'a map of names and flows: main: { steps: ... }', faults)
  if (map && map.entries.length === 0) faults.add(map.place, 'flows is empty', { expected: 'at least one flow' })
  for (const entry of map?.entries ?? []) {
    const scope = new NameScope('flow', `the flow ${entry.key}`)
    const flow = parseFlow(entry, scope, settings)
    if (flow === undefined) continue
    scopes.push(scope)
    read.push(flow)
  }
  return { flows: read.map(({ flow }) => flow), scopes, tracks: parseTracks(root, read, settings) }
}

function parseFlow(entry: Entry, scope: NameScope, settings: Settings): OwnLoad | undefined {
  const { faults, scenario, vars } = settings
  if (/[\p{Cc}]|^\s|\s$| \/ |: /u.test(entry.key))
    faults.add(entry.place, `"${entry.key}" is no name for a flow`, { expected: 'one line without ": " and " / "' })
  const map = asMap(entry.value, `the flow ${entry.key}`, 'a map with steps: { steps: [get: /] }', faults)
  if (map === undefined) return undefined
  const section = new Section(map, flowSchema, 'a flow', faults)
  const context = { scenario, scope, faults, using: [] }
  const weightNode = section.get('weight')
  const weight = weightNode && readNumber(weightNode, 'weight', faults)
  if (weightNode && weight !== undefined && weight <= 0)
    faults.add(weightNode.place, `the weight is ${weight}`, {
      expected: 'a number above zero; leave out the flow instead',
    })
  const startNode = section.written('start')
  const start = startNode ? parseSteps(startNode, 'start', context) : []
  const stepsNode = section.require('steps', `the flow ${entry.key}`, 'steps: [get: /]')
  const loadNode = section.written('load')
  const load = loadNode && parseLoad(loadNode, vars, faults)
  if (load && section.has('weight'))
    faults.warn(section.placeOf('weight'), `the weight of ${entry.key} has no effect: the flow has a load of its own`)
  const flow: Flow = {
    name: entry.key,
    weight: weight ?? 1,
    start,
    steps: stepsNode ? parseSteps(stepsNode, 'steps', context) : [],
  }
  return { flow, place: entry.place, ...(load === undefined ? {} : { load }) }
}

function parseTracks(
  root: Section<typeof scenarioSchema>,
  read: readonly OwnLoad[],
  settings: Settings,
): readonly Track[] {
  const { faults, overrides } = settings
  const loadNode: Node | undefined = root.written('load')
  const shared = read.filter(({ load }) => load === undefined)
  const written = loadNode && parseLoad(loadNode, settings.vars, faults)
  const overridden = overrides.users ?? overrides.rate ?? overrides.for
  const tracks: Track[] = []
  if (shared.length > 0) {
    const phases = withOverrides(written ?? [defaultLoad()], written !== undefined, overrides, faults)
    const flows = shared.map(({ flow }) => ({ flow: flow.name, weight: flow.weight }))
    tracks.push({ name: 'main', flows, mix: settings.mix, phases })
  } else if (read.length > 0) {
    if (loadNode)
      faults.add(root.placeOf('load'), 'no flow is left for "load": all have loads of their own', {
        expected: 'a flow without a load, or no load here',
      })
    if (overridden !== undefined)
      faults.add(
        { path: '--for' },
        '--users, --rate and --for change the common load, and each flow has a load of its own',
        { expected: 'a flow without a load' },
      )
  }
  for (const { flow, load, place } of read) {
    if (load === undefined) continue
    if (flow.name === 'main' && shared.length > 0)
      faults.add(place, 'the flow main has a load of its own beside the common one, which is called main, too', {
        expected: 'another name',
      })
    tracks.push({ name: flow.name, flows: [{ flow: flow.name, weight: 1 }], mix: 'user', phases: load })
  }
  reportSharedNames(tracks, read, faults)
  return tracks
}

/** Figures are kept by the phase's name, so that a written one stands once in the whole scenario. */
function reportSharedNames(tracks: readonly Track[], read: readonly OwnLoad[], faults: FaultList): void {
  const owners = new Map<string, string>()
  for (const track of tracks) {
    for (const phase of track.phases) {
      if (/^\d+$/.test(phase.name)) continue
      const owner = owners.get(phase.name)
      const place = read.find(({ flow }) => flow.name === track.name)?.place
      if (owner !== undefined && owner !== track.name) {
        faults.add(
          place ?? { path: 'load' },
          `two load phases are called "${phase.name}", in ${owner} and ${track.name}${place ? lineOf(place) : ''}`,
          { expected: 'each name once' },
        )
      }
      owners.set(phase.name, track.name)
    }
  }
}
