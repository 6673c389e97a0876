import { parseDuration } from './duration.ts'
import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { NameScope } from './name-scope.ts'
import { templateOf } from './read-template.ts'
import { MAX_DURATION_MS, readText } from './read-value.ts'
import type { Delay } from './step.ts'
import type { Node, ScalarNode } from './yaml-node.ts'

const expected = 'think: 2s, 1s..3s or 2s +- 500ms'

/** `2s`, `1s..3s` (uniform), `2s +- 500ms` (normal, mean and standard deviation) or a template. */
export function parseDelay(node: Node, scope: NameScope, faults: FaultList): Delay | undefined {
  const scalar = readText(node, faults, 'think')
  if (scalar === undefined) return undefined
  const text = scalar.text.trim()
  if (text.includes('{{')) {
    const template = templateOf(scalar, scope, faults)
    return template && { kind: 'template', template }
  }
  const parts =
    /^(.*?)\s*(\+-|\+\/-|±)\s*(.*)$/.exec(text) ??
    /^(.*?)\s*(\.\.\.?)\s*(.*)$/.exec(text) ??
    /^(\d\S*)\s*(->|-|–|to)\s*(\d\S*)$/.exec(text)
  if (!parts) {
    const right = rightPart(text, '')
    const ms = readPart(text, scalar, isTooLong(right) ? undefined : right, faults)
    return ms === undefined ? undefined : { kind: 'fixed', ms }
  }
  const [, first = '', sign = '', second = ''] = parts
  const normal = /^[+±]/.test(sign)
  const whole = (from: string, to: string) => (normal ? `${from} +- ${to}` : `${from}..${to}`)
  const corrected = rightWhole(rightPart(first, second), rightPart(second, first), whole, normal)
  const noun = normal ? 'a normal distribution' : 'a range'
  if (first === '' || second === '')
    return faults.add(scalar.place, `"${text}" is ${noun} with one end missing`, { expected })
  if (sign !== '+-' && whole(first, second) !== text) {
    const fix = corrected && fixLine(scalar, corrected)
    return faults.add(scalar.place, `"${text}" is not written as ${noun}`, { expected, fix })
  }
  const from = readPart(first, scalar, corrected, faults)
  const to = readPart(second, scalar, corrected, faults)
  if (from === undefined || to === undefined) return undefined
  if (normal) return { kind: 'normal', meanMs: from, deviationMs: to }
  if (from > to) {
    const fix = fixLine(scalar, `${second}..${first}`)
    return faults.add(scalar.place, `the range ${text} runs backwards`, { expected, fix })
  }
  return { kind: 'uniform', fromMs: from, toMs: to }
}

/** What is shown as the right text is right in its parts and their order, too; undefined where a part is too long for any. */
function rightWhole(
  first: string,
  second: string,
  whole: (from: string, to: string) => string,
  normal: boolean,
): string | undefined {
  if (isTooLong(first) || isTooLong(second)) return undefined
  const [from, to] = [parseDuration(first), parseDuration(second)]
  const backwards = !normal && from.ok && to.ok && from.value > to.value
  return backwards ? whole(second, first) : whole(first, second)
}

function isTooLong(text: string): boolean {
  const parsed = parseDuration(text)
  return parsed.ok && parsed.value > MAX_DURATION_MS
}

/** A part in its right spelling, with the unit of the other where it has none. */
function rightPart(part: string, other: string): string {
  const unit = /^\d+(?:\.\d+)?$/.test(part) ? (/^[\d.]+(ms|s|m|h)$/.exec(other)?.[1] ?? '') : ''
  const parsed = parseDuration(part + unit)
  return parsed.ok ? part + unit : (parsed.errors[0]?.fix ?? part)
}

/** A duration that is the whole of a text or a part of it; `corrected` is the whole with its parts in their right spelling. */
function readPart(
  part: string,
  scalar: ScalarNode,
  corrected: string | undefined,
  faults: FaultList,
): number | undefined {
  const parsed = parseDuration(part)
  if (!parsed.ok) {
    const errors = parsed.errors.map(({ fix, ...error }) =>
      fix === undefined || corrected === undefined ? error : { ...error, fix: corrected },
    )
    return faults.addGrammar(scalar, errors, scalar.text.lastIndexOf(part))
  }
  if (parsed.value <= MAX_DURATION_MS) return parsed.value
  return faults.add(scalar.place, `"${part}" is longer than a day`, { expected })
}
