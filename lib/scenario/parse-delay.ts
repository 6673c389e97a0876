import { parseDuration } from './duration.ts'
import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { GrammarError } from './grammar-error.ts'
import type { NameScope } from './name-scope.ts'
import { templateOf } from './read-template.ts'
import { MAX_DURATION_MS, readText } from './read-value.ts'
import type { Delay } from './step.ts'
import type { Node } from './yaml-node.ts'

/** `2s`, `1s..3s` (uniform), `2s +- 500ms` (normal, mean and standard deviation) or a template. */
export function parseDelay(node: Node, scope: NameScope, faults: FaultList): Delay | undefined {
  const scalar = readText(node, faults, 'think')
  if (scalar === undefined) return undefined
  const text = scalar.text.trim()
  if (text.includes('{{')) {
    const template = templateOf(scalar, scope, faults)
    return template && { kind: 'template', template }
  }
  const expected = 'think: 2s, 1s..3s or 2s +- 500ms'
  const range = /^(.*?)\s*\.\.\.?\s*(.*)$/.exec(text) ?? /^(\d\S*)\s*(?:-|–|to|->)\s*(\d\S*)$/.exec(text)
  if (range) {
    const fromMs = read(range[1] ?? '')
    const toMs = read(range[2] ?? '')
    const fix = fixLine(scalar, `${range[1] ?? ''}..${range[2] ?? ''}`)
    if (!/^[^.]*(\.\d+)?\w*\.\.[^.\s]/.test(text) || /\s/.test(text)) {
      return faults.add(scalar.place, `"${text}" is not written as a range`, { expected, fix })
    }
    if (fromMs === undefined || toMs === undefined) return undefined
    if (fromMs > toMs)
      return faults.add(scalar.place, `the range ${text} runs backwards`, {
        expected,
        fix: fixLine(scalar, `${range[2]}..${range[1]}`),
      })
    return { kind: 'uniform', fromMs, toMs }
  }
  const normal = /^(.*?)\s*(\+-|\+\/-|±)\s*(.*)$/.exec(text)
  if (normal) {
    if (normal[2] !== '+-')
      return faults.add(scalar.place, `"${text}" is not written as a normal distribution`, {
        expected,
        fix: fixLine(scalar, `${normal[1]} +- ${normal[3]}`),
      })
    const meanMs = read(normal[1] ?? '')
    const deviationMs = read(normal[3] ?? '')
    return meanMs === undefined || deviationMs === undefined ? undefined : { kind: 'normal', meanMs, deviationMs }
  }
  const ms = read(text)
  return ms === undefined ? undefined : { kind: 'fixed', ms }

  function read(part: string): number | undefined {
    const parsed = parseDuration(part)
    const start = Math.max(0, scalar?.text.indexOf(part) ?? 0)
    if (!parsed.ok) {
      const errors: readonly GrammarError[] = parsed.errors.map(error =>
        error.fix === undefined ? error : { ...error, fix: text.replace(part, error.fix) },
      )
      return scalar && faults.addGrammar(scalar, errors, start)
    }
    return parsed.value <= MAX_DURATION_MS
      ? parsed.value
      : faults.add(node.place, `"${part}" is longer than a day`, { expected })
  }
}
