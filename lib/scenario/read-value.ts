import { formatDuration, parseDuration } from './duration.ts'
import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { Parsed } from './grammar-error.ts'
import { nearestKey } from './nearest-key.ts'
import { parseRate } from './rate.ts'
import { kindOf, type Node, type ScalarNode } from './yaml-node.ts'

/** The longest test, by the design: 24 hours. */
export const MAX_DURATION_MS = 86_400_000

/** The longest text of a grammar: a URL, a check, an expression. Bodies may be longer. */
export const MAX_GRAMMAR_TEXT = 10_000

/** Text, and numbers and truth values as they were written. */
export function readText(
  node: Node,
  faults: FaultList,
  what = 'it',
  longest = MAX_GRAMMAR_TEXT,
): ScalarNode | undefined {
  if (node.kind === 'scalar' && node.value !== null) {
    if (node.text.length <= longest) return node
    return faults.add(node.place, `${what} has ${node.text.length} characters`, { expected: `at most ${longest}` })
  }
  const hint =
    node.kind === 'map' && node.entries.length === 1 ? 'text; put a value that holds ": " or {{ }} in quotes' : 'text'
  return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected: hint })
}

/** Text that is no mistake for a number: names, paths, expressions. */
export function readString(node: Node, faults: FaultList, what = 'it'): string | undefined {
  const scalar = readText(node, faults, what)
  if (scalar === undefined) return undefined
  const text = scalar.text.trim()
  return text === '' ? faults.add(node.place, `${what} is empty`, { expected: 'text' }) : text
}

/** A whole number of the range, bounds included. */
export function readInteger(
  node: Node,
  range: { readonly from: number; readonly to: number; readonly what: string },
  faults: FaultList,
): number | undefined {
  const { from, to, what } = range
  const expected =
    to === Number.MAX_SAFE_INTEGER ? `a whole number from ${from}` : `a whole number from ${from} to ${to}`
  if (node.kind !== 'scalar') return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected })
  const text = node.text.slice(0, 200).trim()
  const value = typeof node.value === 'number' ? node.value : /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isInteger(value)) {
    const digits = /^(\d+)[_ ,']?(\d{3})?\b/.exec(text)
    const fix = digits && Number.isNaN(value) ? fixLine(node, `${digits[1]}${digits[2] ?? ''}`) : undefined
    return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected, fix })
  }
  if (value < from || value > to) return faults.add(node.place, `${what} is ${value}`, { expected })
  return asWritten(node, value, what, expected, faults)
}

/** Any finite number. */
export function readNumber(node: Node, what: string, faults: FaultList): number | undefined {
  const expected = 'a number'
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value))
    return asWritten(node, node.value, what, expected, faults)
  const digits = node.kind === 'scalar' ? /^(\d+(?:\.\d+)?)\s*%?$/.exec(node.text)?.[1] : undefined
  return faults.add(node.place, `${what} is ${kindOf(node)}`, {
    expected,
    fix: digits === undefined ? undefined : fixLine(node, String(Number(digits))),
  })
}

/** Where a number is expected, 1.0 and 1e3 were not meant as text: the fault is their spelling. */
function asWritten(
  node: ScalarNode,
  value: number,
  what: string,
  expected: string,
  faults: FaultList,
): number | undefined {
  if (typeof node.value !== 'number' || String(value) === node.text) return value
  return faults.add(node.place, `${what} is written ${node.text}`, { expected, fix: fixLine(node, String(value)) })
}

/** What YAML 1.1 and other languages write for true and false. */
const truthWords: ReadonlyMap<string, string> = new Map([
  ...['yes', 'on', '1', 'y'].map(word => [word, 'true'] as const),
  ...['no', 'off', '0', 'n'].map(word => [word, 'false'] as const),
])

/** true or false, and none of the other words for them. */
export function readBoolean(node: Node, what: string, faults: FaultList): boolean | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value
  const right = node.kind === 'scalar' ? truthWords.get(node.text.toLowerCase()) : undefined
  return faults.add(node.place, `${what} is ${kindOf(node)}`, {
    expected: 'true or false',
    fix: right === undefined ? undefined : fixLine(node, right),
  })
}

/** One of a few words. */
export function readChoice<T extends string>(
  node: Node,
  choices: readonly T[],
  what: string,
  faults: FaultList,
): T | undefined {
  const text = node.kind === 'scalar' ? node.text : undefined
  const found = choices.find(choice => choice === text)
  if (found !== undefined) return found
  const near = text === undefined ? undefined : nearestKey(text, choices)
  return faults.add(node.place, `${what} is ${kindOf(node)}`, {
    expected: `one of ${choices.join(', ')}`,
    fix: near === undefined ? undefined : fixLine(node, near),
  })
}

/** Milliseconds above zero (or from zero), at most a day. */
export function readDuration(node: Node, what: string, faults: FaultList, zero = false): number | undefined {
  const ms = readQuantity(node, parseDuration, what, 'a duration such as 30s', faults)
  if (ms === undefined || node.kind !== 'scalar') return undefined
  if (ms === 0 && !zero) return faults.add(node.place, `${what} is ${node.text}`, { expected: 'a duration above zero' })
  if (ms > MAX_DURATION_MS)
    return faults.add(node.place, `${what} is ${node.text}`, { expected: `at most ${formatDuration(MAX_DURATION_MS)}` })
  return ms
}

/** Per second; zero is read. */
export function readRate(node: Node, what: string, faults: FaultList): number | undefined {
  return readQuantity(node, parseRate, what, 'a rate such as 50/s', faults)
}

/** A number with its unit, read by the grammar of its kind. */
export function readQuantity<T>(
  node: Node,
  parse: (text: string) => Parsed<T>,
  what: string,
  expected: string,
  faults: FaultList,
): T | undefined {
  if (node.kind !== 'scalar' || node.value === null || typeof node.value === 'boolean') {
    return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected })
  }
  if (node.text.length > 200) return faults.add(node.place, `${what} has ${node.text.length} characters`, { expected })
  const parsed = parse(node.text)
  return parsed.ok ? parsed.value : faults.addGrammar(node, parsed.errors)
}
