import type * as z from 'zod'
import { formatDuration } from './duration.ts'
import { type FaultList, fixLine } from './fault-list.ts'
import type { LoadPhase } from './load-phase.ts'
import { nearestKey } from './nearest-key.ts'
import { phaseValue, readRamp, type Variables } from './phase-value.ts'
import { formatRate } from './rate.ts'
import { readBoolean, readChoice, readDuration, readInteger, readRate, readString } from './read-value.ts'
import { closedPhaseSchema, iterationsPhaseSchema, openPhaseSchema, pausePhaseSchema } from './schema-load.ts'
import { asMap, Section } from './section.ts'
import { kindOf, type MapNode, type Node, partOf, type ScalarNode, shorten } from './yaml-node.ts'

export const MAX_USERS = 1_000_000
export const MAX_RATE = 10_000_000
const MAX_ITERATIONS = 1_000_000_000

type PhaseContext = {
  readonly vars: Variables
  readonly faults: FaultList
  /** Users at the end of the phase before: where spawning starts. */
  readonly usersBefore: number
  /** From 1. */
  readonly number: number
}

/** One load phase: `rate`, `users`, `iterations` or `pause` says which. */
export function parsePhase(node: Node, context: PhaseContext): LoadPhase | undefined {
  const { faults } = context
  const expected = '{ rate: 50/s, for: 1m } or { users: 100, for: 1m }'
  const map = asMap(node, 'a load phase', expected, faults)
  if (map === undefined) return undefined
  const has = (key: string) => map.entries.some(entry => entry.key === key)
  const kinds = ['rate', 'users', 'pause'].filter(has)
  if (kinds.length > 1 || (has('iterations') && (has('rate') || has('pause')))) {
    const names = [...kinds, ...(has('iterations') ? ['iterations'] : [])]
    return faults.add(node.place, `a load phase has ${names.map(name => `"${name}"`).join(' and ')}`, {
      expected: 'one of rate, users, pause, or iterations with users',
    })
  }
  if (has('iterations')) return iterationsPhase(map, context)
  if (has('rate')) return openPhase(map, context)
  if (has('users')) return closedPhase(map, context)
  if (has('pause')) return pausePhase(map, context)
  const known = ['rate', 'users', 'iterations', 'pause']
  const mistyped = map.entries.find(entry => nearestKey(entry.key, known) !== undefined)
  const near = mistyped && nearestKey(mistyped.key, known)
  if (mistyped && near) {
    return faults.add(mistyped.place, `unknown key "${mistyped.key}" in a load phase`, {
      expected: near,
      fix: mistyped.value.kind === 'scalar' ? `${near}: ${mistyped.value.text}` : undefined,
    })
  }
  return faults.add(node.place, 'a load phase has neither rate, users, iterations nor pause', { expected })
}

function openPhase(map: MapNode, context: PhaseContext): LoadPhase | undefined {
  const section = new Section(map, openPhaseSchema, 'a phase with a rate', context.faults)
  const rate = phaseValue(section.written('rate'), 'rate', context.vars, context.faults)
  const [from, to] = rate ? readRamp(rate, end => readRate(end, 'rate', context.faults), context.faults) : []
  const durationMs = duration(section, 'for', context)
  const arrivals = choice(section, 'arrivals', ['even', 'poisson'] as const, context)
  const connections = choice(section, 'connections', ['reuse', 'fresh'] as const, context)
  const maxUsersNode = phaseValue(section.written('maxUsers'), 'maxUsers', context.vars, context.faults)
  const maxUsers =
    maxUsersNode && readInteger(maxUsersNode, { from: 1, to: MAX_USERS, what: 'maxUsers' }, context.faults)
  const common = named(section, context)
  if (rate && from === 0 && to === 0)
    return context.faults.add(rate.place, 'the rate is 0', { expected: 'a rate above zero, or pause' })
  if (rate && (from ?? 0) > MAX_RATE)
    return context.faults.add(rate.place, `the rate is ${from}/s`, { expected: `at most ${MAX_RATE}/s` })
  if (rate && (to ?? 0) > MAX_RATE)
    return context.faults.add(rate.place, `the rate is ${to}/s`, { expected: `at most ${MAX_RATE}/s` })
  if (from === undefined || to === undefined || durationMs === undefined) return undefined
  if (arrivals === undefined || connections === undefined) return undefined
  const rates = from === to ? formatRate(from) : `${formatRate(from)} -> ${formatRate(to)}`
  const text = `rate ${rates} for ${formatDuration(durationMs)}${arrivals === 'poisson' ? ', poisson' : ''}`
  return {
    ...common,
    kind: 'open',
    text,
    fromPerSecond: from,
    toPerSecond: to,
    durationMs,
    arrivals,
    connections,
    ...(maxUsers === undefined ? {} : { maxUsers }),
  }
}

function closedPhase(map: MapNode, context: PhaseContext): LoadPhase | undefined {
  const { faults } = context
  const section = new Section(map, closedPhaseSchema, 'a phase with users', faults)
  const users = phaseValue(section.written('users'), 'users', context.vars, context.faults)
  const [first, toUsers] = users
    ? readRamp(users, end => readInteger(end, { from: 0, to: MAX_USERS, what: 'users' }, faults), faults)
    : []
  const durationMs = duration(section, 'for', context)
  const spawnNode = phaseValue(section.written('spawn'), 'spawn', context.vars, context.faults)
  const spawn = spawnNode && readRate(spawnNode, 'spawn', faults)
  const common = named(section, context)
  if (users && first === 0 && toUsers === 0)
    return faults.add(users.place, 'the number of users is 0', { expected: 'at least 1, or pause' })
  if (first === undefined || toUsers === undefined || durationMs === undefined) return undefined
  const length = formatDuration(durationMs)
  if (spawnNode === undefined) {
    const ramped = first !== toUsers
    const text = `users ${ramped ? `${first} -> ${toUsers}` : toUsers} for ${length}`
    return { ...common, kind: 'closed', text, fromUsers: first, toUsers, rampMs: ramped ? durationMs : 0, durationMs }
  }
  if (spawn === undefined) return undefined
  if (first !== toUsers)
    return faults.add(spawnNode.place, 'a phase has a ramp of users and a spawn rate', {
      expected: `users: ${toUsers} with spawn, or users: ${first} -> ${toUsers} without`,
    })
  if (spawn === 0) return faults.add(spawnNode.place, 'the spawn rate is 0', { expected: 'a rate above zero' })
  const fromUsers = context.usersBefore
  const rampMs = (Math.abs(toUsers - fromUsers) / spawn) * 1000
  if (rampMs > durationMs) {
    return faults.add(
      spawnNode.place,
      `spawning ${Math.abs(toUsers - fromUsers)} users at ${formatRate(spawn)} takes ${formatDuration(Math.ceil(rampMs))}, and the phase lasts ${length}`,
      {
        expected: 'a longer phase or a higher rate: "for" includes the spawning',
        fix: `for: ${formatDuration(Math.ceil(rampMs / 1000) * 1000)}`,
      },
    )
  }
  return {
    ...common,
    kind: 'closed',
    text: `users ${toUsers}, spawned at ${formatRate(spawn)}, for ${length}`,
    fromUsers,
    toUsers,
    rampMs,
    durationMs,
  }
}

function iterationsPhase(map: MapNode, context: PhaseContext): LoadPhase | undefined {
  const { faults } = context
  const lasting = map.entries.find(entry => entry.key === 'for')
  const rest = lasting ? { ...map, entries: map.entries.filter(entry => entry !== lasting) } : map
  if (lasting)
    faults.add(lasting.place, 'a phase with iterations has a "for"', {
      expected: 'within: how long it may take at most',
      fix: lasting.value.kind === 'scalar' ? `within: ${lasting.value.text}` : undefined,
    })
  const section = new Section(rest, iterationsPhaseSchema, 'a phase with iterations', faults)
  const node = phaseValue(section.written('iterations'), 'iterations', context.vars, context.faults)
  const [count, each] = node ? splitEach(node, faults) : []
  const iterations = count && readInteger(count, { from: 1, to: MAX_ITERATIONS, what: 'iterations' }, faults)
  const usersNode = phaseValue(section.get('users'), 'users', context.vars, context.faults)
  const users = usersNode && readInteger(usersNode, { from: 1, to: MAX_USERS, what: 'users' }, faults)
  const withinMs = duration(section, 'within', context)
  const common = named(section, context)
  if (iterations === undefined || each === undefined || users === undefined || withinMs === undefined) return undefined
  const text = `${iterations} iteration${iterations === 1 ? '' : 's'}${each ? ' each' : ''} by ${users} user${users === 1 ? '' : 's'} within ${formatDuration(withinMs)}`
  return { ...common, kind: 'iterations', text, iterations, each, users, withinMs }
}

/** `50 each`: the count, and whether it is every user's own. */
function splitEach(node: ScalarNode, faults: FaultList): readonly [ScalarNode, boolean] | readonly [] {
  const match = /^(\S+)\s+([a-z]+)$/.exec(node.text)
  const [, count = '', word = ''] = match ?? []
  if (!match) return [node, false]
  if (word === 'each') return [partOf(node, 0, count), true]
  const near = nearestKey(word, ['each'])
  if (near === undefined) return [node, false]
  faults.add(node.place, `iterations is ${kindOf(node)}`, {
    expected: 'a whole number, or 50 each',
    fix: fixLine(node, `${count} ${near}`),
  })
  return []
}

function pausePhase(map: MapNode, context: PhaseContext): LoadPhase | undefined {
  const section = new Section(map, pausePhaseSchema, 'a pause', context.faults)
  const durationMs = duration(section, 'pause', context)
  const { name } = named(section, context)
  if (durationMs === undefined) return undefined
  return { name, warmup: false, kind: 'pause', text: `pause ${formatDuration(durationMs)}`, durationMs }
}

function duration<S extends z.ZodObject>(
  section: Section<S>,
  key: keyof S['shape'] & string,
  context: PhaseContext,
): number | undefined {
  if (key === 'for' && !section.has(key)) {
    return context.faults.add(section.place, 'a load phase has no "for"', {
      expected: 'how long it lasts',
      fix: 'for: 1m',
    })
  }
  const node = phaseValue(section.get(key), key, context.vars, context.faults)
  return node && readDuration(node, key, context.faults)
}

function choice<S extends z.ZodObject, T extends string>(
  section: Section<S>,
  key: keyof S['shape'] & string,
  choices: readonly T[],
  context: PhaseContext,
): T | undefined {
  const node = phaseValue(section.get(key), key, context.vars, context.faults)
  return node && readChoice(node, choices, key, context.faults)
}

function named<S extends z.ZodObject>(
  section: Section<S>,
  context: PhaseContext,
): { readonly name: string; readonly warmup: boolean } {
  const nameNode = phaseValue(section.written('name'), 'name', context.vars, context.faults)
  const name = nameNode && readString(nameNode, context.faults, 'name')
  if (nameNode && name !== undefined && (/[\p{Cc}]/u.test(name) || /^\d+$/.test(name))) {
    context.faults.add(nameNode.place, `"${shorten(name)}" is no name for a phase`, {
      expected: 'a word on one line; phases without a name are called 1, 2, 3 by their place',
      fix: /^\d+$/.test(name) ? `name: phase-${name}` : undefined,
    })
  }
  const written = 'warmup' in section.shape ? section.get('warmup') : undefined
  const warmupNode = phaseValue(written, 'warmup', context.vars, context.faults)
  const warmup = warmupNode && readBoolean(warmupNode, 'warmup', context.faults)
  return { name: name ?? String(context.number), warmup: warmup ?? false }
}
