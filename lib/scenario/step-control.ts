import { fixLine } from './fault-list.ts'
import { expressionOf, readExpressionNode } from './read-template.ts'
import { readInteger, readText } from './read-value.ts'
import type { StepContext } from './step-context.ts'
import type { Expression } from './template.ts'
import type { Node, ScalarNode } from './yaml-node.ts'

/** `repeat: 5`, or an expression that gives the number. */
export function readTimes(node: Node, context: StepContext): number | Expression | undefined {
  const text = node.kind === 'scalar' ? node.text.trim() : ''
  if (
    node.kind !== 'scalar' ||
    typeof node.value === 'number' ||
    /^-?[\d.]+$/.test(text) ||
    /^\d+ *(x|times)$/.test(text)
  ) {
    return readInteger(node, { from: 1, to: 1_000_000, what: 'repeat' }, context.faults)
  }
  const whole = /^\{\{(.*)\}\}$/s.exec(text)
  return whole
    ? expressionOf(node, (whole[1] ?? '').trim(), 0, context.scope, context.faults)
    : expressionOf(node, text, 0, context.scope, context.faults)
}

/** `each: id in ids`: the name, which the steps may read, and the list it runs through. */
export function readEach(
  node: Node,
  context: StepContext,
): { readonly variable: string; readonly list: Expression } | undefined {
  const { scope, faults } = context
  const scalar = readText(node, faults, 'each')
  if (scalar === undefined) return undefined
  const [, variable, text = ''] = /^\s*([^\s]+)\s+in\s+(\S.*)$/s.exec(scalar.text) ?? []
  if (variable === undefined)
    return faults.add(scalar.place, `each is "${scalar.text}"`, {
      expected: 'NAME in LIST, such as id in ids',
      ...eachFix(scalar),
    })
  const list = expressionOf(scalar, text, scalar.text.lastIndexOf(text), scope, faults)
  scope.save(variable, 'each', scalar.place, faults)
  return list && { variable, list }
}

/** `i of x` and `for i in x` as other languages have it, `x as i` as templates do, or a list alone. */
function eachFix(scalar: ScalarNode): { readonly fix?: string } {
  const text = scalar.text.trim().replace(/^for\s+(?:(?:const|let|var)\s+)?/, '')
  const [, first, word, second] = /^(\S+)\s+(of|in|from|as)\s+(\S.*)$/s.exec(text) ?? []
  if (first !== undefined && second !== undefined)
    return { fix: fixLine(scalar, word === 'as' ? `${second} in ${first}` : `${first} in ${second}`) }
  return /^\S+$/.test(text) ? { fix: fixLine(scalar, `item in ${text}`) } : {}
}

/** `when: EXPR` beside a step: it is skipped where the expression is false. */
export function readWhen(node: Node | undefined, context: StepContext): { readonly when?: Expression } {
  const when = node && readExpressionNode(node, 'when', context.scope, context.faults)
  return when === undefined ? {} : { when }
}

/** `until: EXPR` of a loop: it ends where the expression is true. */
export function readUntil(node: Node | undefined, context: StepContext): { readonly until?: Expression } {
  const until = node && readExpressionNode(node, 'until', context.scope, context.faults)
  return until === undefined ? {} : { until }
}
