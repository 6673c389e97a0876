import type { Reading } from './fault.ts'
import { FaultList } from './fault-list.ts'
import { faultsBeside } from './faults-beside.ts'
import { readIncludes } from './include.ts'
import { parseUsd } from './money.ts'
import { NameScope } from './name-scope.ts'
import { readObject } from './object-node.ts'
import { parseData } from './parse-data.ts'
import { parseFlows } from './parse-flows.ts'
import { parseHttp } from './parse-http.ts'
import { parseSteps } from './parse-step.ts'
import { checkThresholdNames, parseThresholds, withDefault, withoutReplacedPhases } from './parse-thresholds.ts'
import type { ReadContext } from './read-context.ts'
import { readBoolean, readChoice, readInteger, readQuantity } from './read-value.ts'
import { requestNames } from './request-names.ts'
import { withEnvironment, withTarget } from './resolve-layers.ts'
import { checkNames, type KnownNames, type NamesUsed } from './resolve-names.ts'
import type { StaticScope } from './resolve-static.ts'
import { resolveTarget } from './resolve-target.ts'
import { resolveVars } from './resolve-vars.ts'
import type { Attachments, Pacing, Scenario } from './scenario.ts'
import { readDrain, readLabels, readName, readVersion } from './scenario-settings.ts'
import { scenarioSchema } from './schema-scenario.ts'
import { asMap, Section } from './section.ts'
import type { ScenarioContext } from './step-context.ts'
import { readYaml } from './yaml-document.ts'
import { type Entry, entryOf, type MapNode, type Node } from './yaml-node.ts'

/** The text of a file, as the user named it, or the object that a `.ts` file exports. */
export type ScenarioInputText =
  | { readonly file: string; readonly text: string }
  | { readonly object: unknown; readonly file?: string }

export type ReadResult = { readonly scenario: Scenario; readonly attachments: Attachments }

const MAX_REQUEST_NAMES = 1_000

/**
 * Reads, checks and resolves a scenario: environment, variables, includes, snippets and defaults are in place. Never throws at the text,
 * whatever it holds; all faults are given at once, each with its place.
 */
export function readScenario(input: ScenarioInputText, context: ReadContext): Reading<ReadResult> {
  const faults = new FaultList()
  const { root, value } = readInto(faults, input, context)
  if (value !== undefined && !faults.failed) return { ok: true, value, warnings: faults.warnings }
  const beside =
    root === undefined && 'text' in input
      ? faultsBeside(input.text, faults.faults, text => {
          const others = new FaultList()
          return readInto(others, { ...input, text }, context).root && others.faults
        })
      : []
  return { ok: false, faults: [...faults.faults, ...beside], warnings: faults.warnings }
}

function readInto(
  faults: FaultList,
  input: ScenarioInputText,
  context: ReadContext,
): { readonly root: Node | undefined; readonly value?: ReadResult | undefined } {
  const root =
    'text' in input ? readYaml(input.text, { shown: input.file, folder: '' }, faults) : readObject(input.object, faults)
  const map = root && asMap(root, 'the scenario', 'a map: target: http://127.0.0.1:8080', faults)
  return { root, value: map && new ScenarioReader(map, input.file, context, faults).read() }
}

class ScenarioReader {
  readonly #root: Section<typeof scenarioSchema>
  readonly #file: string | undefined
  readonly #context: ReadContext
  readonly #faults: FaultList
  readonly #files = new Map<string, Uint8Array>()
  readonly #used: NamesUsed = { env: new Map(), secrets: new Set() }

  constructor(map: MapNode, file: string | undefined, context: ReadContext, faults: FaultList) {
    const observe = entryOf(map, 'observe')
    if (observe) faults.add(observe.place, '"observe" is not supported yet', { expected: 'a scenario without it' })
    const known = { ...map, entries: map.entries.filter(entry => entry !== observe) }
    const layered = withTarget(withEnvironment(known, context.environment, faults), context.overrides?.target)
    this.#root = new Section(layered, scenarioSchema, '', faults, 'x-')
    this.#file = file
    this.#context = context
    this.#faults = faults
  }

  read(): ReadResult | undefined {
    const root = this.#root
    const faults = this.#faults
    const context = this.#context
    readVersion(root.written('squall'), faults)
    const own = this.#file?.split(/[\\/]/).at(-1)
    const included = readIncludes(root.written('include'), root.written('snippets'), own, context, faults)
    const vars = this.#vars(included.vars)
    const known: StaticScope = { env: context.env, vars, used: this.#used.env }
    const targetNode = root.require('target', 'the scenario', 'target: http://127.0.0.1:8080')
    const target = targetNode && resolveTarget(targetNode, known, faults)
    const common = new NameScope('flow', 'http.headers')
    const http = parseHttp(root.written('http'), common, known, context, this.#files, faults)
    const data = parseData(root.written('data'), context, faults)
    const count = { steps: 0 }
    const origin = target === undefined ? undefined : new URL(target).origin
    const scenarioContext: ScenarioContext = {
      read: context,
      http: http.options,
      headers: http.headers,
      origin,
      snippets: included.snippets,
      complete: included.complete,
      files: this.#files,
      count,
    }
    const flows = parseFlows(root, {
      vars,
      overrides: context.overrides ?? {},
      mix: this.#choice('mix', ['user', 'iteration']) ?? 'user',
      scenario: scenarioContext,
      faults,
    })
    const outside: ScenarioContext = {
      ...scenarioContext,
      headers: http.headers.filter(([, value]) =>
        value.parts.every(part => typeof part === 'string' || part.roots.every(name => fixedRoots.includes(name))),
      ),
    }
    const beforeScope = new NameScope('before', '"before"')
    const afterScope = new NameScope('after', '"after"')
    const before = this.#steps('before', outside, beforeScope)
    const after = this.#steps('after', outside, afterScope)
    this.#unusedSnippets(scenarioContext)
    const names: KnownNames = {
      vars,
      complete: included.complete,
      data: data.map(({ set, known: columns, entry }) => ({ set, known: columns, place: entry.place })),
      before: beforeScope,
      context,
    }
    for (const scope of [beforeScope, common, ...flows.scopes, afterScope]) checkNames(scope, names, this.#used, faults)
    const thresholds = withoutReplacedPhases(
      parseThresholds(root.written('thresholds'), faults),
      flows.tracks,
      context,
      faults,
    )
    const budget = root.written('budget')
    const budgetUsd = budget && readQuantity(budget, parseUsd, 'the budget', 'an amount such as 2.00 USD', faults)
    const seed = root.written('seed')
    const scenario: Scenario = {
      schema: 'squall.scenario.v1',
      name: readName(root.written('name'), this.#file, faults),
      target: target ?? '',
      ...(context.environment === undefined ? {} : { environment: context.environment }),
      labels: readLabels(root.written('labels'), faults),
      vars: Object.fromEntries(vars),
      env: Object.fromEntries([...this.#used.env].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      secrets: [...this.#used.secrets].toSorted(),
      http: http.options,
      tracks: flows.tracks,
      drainMs: readDrain(root.get('drain'), faults),
      ...pacingOf(this.#choice('pacing', ['precise', 'default', 'frugal'])),
      data: data.map(({ set }) => set),
      flows: flows.flows,
      before,
      after,
      thresholds: withDefault(thresholds),
      strict: this.#boolean('strict'),
      ...(budgetUsd === undefined ? {} : { budgetUsd }),
      ...optional('seed', seed && readInteger(seed, { from: 0, to: 4_294_967_295, what: 'the seed' }, faults)),
    }
    checkThresholdNames(thresholds, scenario, faults)
    const requests = requestNames(scenario)
    if (requests.length > MAX_REQUEST_NAMES)
      faults.add(root.place, `the scenario has ${requests.length} request names`, {
        expected: `at most ${MAX_REQUEST_NAMES}: give several requests one name`,
      })
    const rows = new Map(data.map(({ set, rows: read }) => [set.name, read]))
    return { scenario, attachments: { files: this.#files, rows } }
  }

  #vars(included: readonly (readonly Entry[])[]): ReturnType<typeof resolveVars> {
    const node = this.#root.written('vars')
    const map = node && asMap(node, 'vars', 'a map of names and values: { peak: 500/s }', this.#faults)
    return resolveVars(
      [...included, map?.entries ?? []],
      this.#context.set ?? [],
      this.#context.env,
      this.#used.env,
      this.#faults,
    )
  }

  #steps(key: 'before' | 'after', scenario: ScenarioContext, scope: NameScope): Scenario['before'] {
    const node = this.#root.written(key)
    return node ? parseSteps(node, key, { scenario, scope, faults: this.#faults, using: [] }) : []
  }

  /** Snippets that no flow uses are read for their faults, too. */
  #unusedSnippets(scenario: ScenarioContext): void {
    for (const [name, entry] of scenario.snippets) {
      const count = { steps: 0 }
      parseSteps(entry.value, `the snippet ${name}`, {
        scenario: { ...scenario, count, files: new Map() },
        scope: new NameScope('flow', `the snippet ${name}`),
        faults: this.#faults,
        using: [name],
      })
    }
  }

  #boolean(key: 'strict'): boolean {
    const node = this.#root.get(key)
    return (node && readBoolean(node, key, this.#faults)) ?? false
  }

  #choice<T extends string>(key: 'mix' | 'pacing', choices: readonly T[]): T | undefined {
    const node: Node | undefined = this.#root.get(key)
    return node && readChoice(node, choices, key, this.#faults)
  }
}

/** The default is left out: what the plan and the scenario's hash do not need, they do not hold. */
function pacingOf(pacing: Pacing | undefined): { readonly pacing?: Pacing } {
  return pacing === undefined || pacing === 'default' ? {} : { pacing }
}

/** What is the same for the whole run. */
const fixedRoots: readonly string[] = ['vars', 'env', 'secret']

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V })
}
