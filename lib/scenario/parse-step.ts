import { FaultList, fixLine } from './fault-list.ts'
import { nearestKey } from './nearest-key.ts'
import { parseDelay } from './parse-delay.ts'
import { parseGraphqlStep, parseRequest } from './parse-request.ts'
import { readExpressionNode, readJson } from './read-template.ts'
import { readString } from './read-value.ts'
import {
  eachSchema,
  groupSchema,
  methods,
  repeatSchema,
  setSchema,
  stepSchemas,
  thinkSchema,
  useSchema,
  whenSchema,
} from './schema-step.ts'
import { asMap, reportUnknown, Section } from './section.ts'
import type { Step } from './step.ts'
import type { StepContext } from './step-context.ts'
import { readEach, readTimes, readUntil, readWhen } from './step-control.ts'
import { kindOf, type MapNode, type Node } from './yaml-node.ts'

const MAX_STEPS = 20_000
const MAX_USE_DEPTH = 32
const methodNames: readonly string[] = methods
/** What a step may begin with. */
const verbs: readonly string[] = [...methods, ...Object.keys(stepSchemas)]

/** A list of steps; `use` is replaced by the snippet's steps. */
export function parseSteps(node: Node, what: string, context: StepContext): readonly Step[] {
  if (node.kind !== 'list') {
    const hint = node.kind === 'map' ? 'a list: put - before each step' : 'a list of steps: - get: /'
    context.faults.add(node.place, `${what} is ${kindOf(node)}`, {
      expected: hint,
      fix: node.kind === 'scalar' && /^\//.test(node.text) ? `${what}: [get: ${node.text}]` : undefined,
    })
    return []
  }
  if (node.items.length === 0)
    context.faults.add(node.place, `${what} is an empty list`, { expected: 'at least one step: - get: /' })
  return node.items.flatMap(item => parseStep(item, context))
}

/** One step; a `use` gives those of its snippet. */
function parseStep(node: Node, context: StepContext): readonly Step[] {
  const { faults, scenario } = context
  scenario.count.steps += 1
  if (scenario.count.steps > MAX_STEPS) {
    if (scenario.count.steps === MAX_STEPS + 1)
      faults.add(node.place, `the scenario has more than ${MAX_STEPS} steps once its snippets are inserted`, {
        expected: 'fewer; use repeat',
      })
    return []
  }
  if (node.kind !== 'map') {
    faults.add(node.place, `a step is ${kindOf(node)}`, {
      expected: 'a map that begins with what it does: - get: /items',
      fix: stepFix(node, context),
    })
    return []
  }
  const found = node.entries.filter(entry => verbs.includes(entry.key))
  const [first, second] = found
  if (second !== undefined && first !== undefined) {
    faults.add(second.place, `a step does one thing, and this one has "${first.key}" and "${second.key}"`, {
      expected: `"${second.key}" as a step of its own, after a -`,
      fix: stepOfItsOwn(node, second, context),
    })
    return []
  }
  if (first !== undefined) return parseVerb(node, first.key, context)
  if (node.entries.some(entry => entry.key === 'when')) return kept(parseWhen(node, context))
  const [entry] = node.entries
  const near = entry && nearestKey(entry.key, verbs)
  if (entry && near !== undefined) reportUnknown(entry, 'a step', [near], faults)
  else
    faults.add(node.place, entry ? `no step begins with "${entry.key}"` : 'a step is empty', {
      expected: `one of ${[...verbs, 'when'].join(', ')}`,
    })
  return []
}

/** A verb that stands beside another, as it would be right alone: its value may have a fault of its own. */
function stepOfItsOwn(node: MapNode, entry: MapNode['entries'][number], context: StepContext): string | undefined {
  const { key, value } = entry
  if (value.kind !== 'scalar') return `- ${key}:`
  const alone = new FaultList()
  parseVerb({ ...node, entries: [entry] }, key, { ...context, faults: alone })
  const wrong = alone.faults.find(({ path }) => path === value.place.path)
  if (wrong === undefined) return `- ${fixLine(value, value.text)}`
  return wrong.fix?.startsWith(`${key}: `) ? `- ${wrong.fix}` : undefined
}

function parseVerb(node: MapNode, verb: string, context: StepContext): readonly Step[] {
  if (methodNames.includes(verb)) return kept(parseRequest(node, verb as (typeof methods)[number], context))
  switch (verb as keyof typeof stepSchemas) {
    case 'graphql':
      return kept(parseGraphqlStep(node, context))
    case 'think':
      return kept(parseThink(node, context))
    case 'set':
      return kept(parseSet(node, context))
    case 'use':
      return parseUse(node, context)
    case 'group':
      return kept(parseGroup(node, context))
    case 'repeat':
      return kept(parseRepeat(node, context))
    case 'each':
      return kept(parseEach(node, context))
  }
}

function parseThink(node: MapNode, context: StepContext): Step | undefined {
  const section = new Section(node, thinkSchema, 'a think step', context.faults)
  const value = section.written('think')
  const delay = value && parseDelay(value, context.scope, context.faults)
  const when = readWhen(section.written('when'), context)
  return delay && { kind: 'think', delay, ...when }
}

function parseSet(node: MapNode, context: StepContext): Step | undefined {
  const section = new Section(node, setSchema, 'a set step', context.faults)
  const value = section.written('set')
  const map = value && asMap(value, 'set', 'a map of names and values', context.faults)
  const when = readWhen(section.written('when'), context)
  const values = (map?.entries ?? []).flatMap(entry => {
    context.scope.save(entry.key, 'set', entry.place, context.faults)
    const json = readJson(entry.value, context.scope, context.faults)
    return json ? [[entry.key, json] as const] : []
  })
  return { kind: 'set', values, ...when }
}

function parseUse(node: MapNode, context: StepContext): readonly Step[] {
  const { faults, scenario } = context
  const section = new Section(node, useSchema, 'a use step', faults)
  const value = section.written('use')
  const name = value && readString(value, faults, 'use')
  const when = readWhen(section.written('when'), context)
  if (name === undefined || value === undefined) return []
  const snippet = scenario.snippets.get(name)
  if (snippet === undefined && !scenario.complete) return []
  if (snippet === undefined) {
    const names = [...scenario.snippets.keys()]
    const near = nearestKey(name, names)
    faults.add(value.place, `there is no snippet "${name}"`, {
      expected: near ?? (names.length > 0 ? `one of ${names.join(', ')}` : 'a snippet under "snippets"'),
      fix: near === undefined ? undefined : fixLine(value, near),
    })
    return []
  }
  if (context.using.includes(name)) {
    faults.add(
      value.place,
      `the snippet "${name}" uses itself: ${[...context.using.slice(context.using.indexOf(name)), name].join(' -> ')}`,
      { expected: 'snippets without a circle' },
    )
    return []
  }
  if (context.using.length >= MAX_USE_DEPTH) {
    faults.add(value.place, `snippets use each other more than ${MAX_USE_DEPTH} deep`, { expected: 'fewer levels' })
    return []
  }
  const steps = parseSteps(snippet.value, `the snippet ${name}`, { ...context, using: [...context.using, name] })
  // biome-ignore lint/suspicious/noThenProperty: the language's word, and a step is never awaited
  return when.when === undefined ? steps : [{ kind: 'when', condition: when.when, then: steps, else: [] }]
}

function parseGroup(node: MapNode, context: StepContext): Step | undefined {
  const section = new Section(node, groupSchema, 'a group', context.faults)
  const value = section.written('group')
  const name = value && readString(value, context.faults, 'group')
  if (value && name?.includes('{{'))
    context.faults.add(value.place, "a group's name holds {{ }}", { expected: 'a fixed name' })
  if (value && name?.includes(' / '))
    context.faults.add(value.place, 'a group\'s name holds " / "', {
      expected: 'a name without it: groups in groups are joined by it',
    })
  const steps = readInner(section.require('steps', 'a group'), context)
  const when = readWhen(section.written('when'), context)
  return name === undefined ? undefined : { kind: 'group', name, steps, ...when }
}

function parseWhen(node: MapNode, context: StepContext): Step | undefined {
  const section = new Section(node, whenSchema, 'a when step', context.faults)
  const value = section.written('when')
  const condition = value && readExpressionNode(value, 'when', context.scope, context.faults)
  if (!section.has('then') && node.entries.length === 1) {
    return context.faults.add(section.placeOf('when'), 'a step has a "when" and nothing to do', {
      expected: 'get, post, ... beside it, or then: with steps',
    })
  }
  const then = readInner(section.require('then', 'a when step'), context, 'then')
  const otherwise = section.written('else')
  return condition && { kind: 'when', condition, then, else: otherwise ? parseSteps(otherwise, 'else', context) : [] }
}

function parseRepeat(node: MapNode, context: StepContext): Step | undefined {
  const section = new Section(node, repeatSchema, 'a repeat step', context.faults)
  const value = section.written('repeat')
  const times = value && readTimes(value, context)
  const steps = readInner(section.require('steps', 'a repeat step'), context)
  const until = readUntil(section.written('until'), context)
  const when = readWhen(section.written('when'), context)
  return times === undefined ? undefined : { kind: 'repeat', times, steps, ...until, ...when }
}

function parseEach(node: MapNode, context: StepContext): Step | undefined {
  const section = new Section(node, eachSchema, 'an each step', context.faults)
  const value = section.written('each')
  const each = value && readEach(value, context)
  const steps = readInner(section.require('steps', 'an each step'), context)
  const until = readUntil(section.written('until'), context)
  const when = readWhen(section.written('when'), context)
  return each && { kind: 'each', ...each, steps, ...until, ...when }
}

function readInner(node: Node | undefined, context: StepContext, what = 'steps'): readonly Step[] {
  return node ? parseSteps(node, what, context) : []
}

function stepFix(node: Node, context: StepContext): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return undefined
  const text = node.text.trim()
  if (context.scenario.snippets.has(text)) return `- use: ${text}`
  const verb = /^(\w+)\s*:?\s*(\/\S*|https?:\S+)$/.exec(text)
  const method = verb?.[1]?.toLowerCase() ?? ''
  if (verb && methodNames.includes(method)) return `- ${method}: ${verb[2]}`
  return /^(\/|https?:)/.test(text) ? `- get: ${text}` : undefined
}

function kept(step: Step | undefined): readonly Step[] {
  return step === undefined ? [] : [step]
}
