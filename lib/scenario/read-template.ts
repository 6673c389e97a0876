import type { FaultList } from './fault-list.ts'
import type { NameScope } from './name-scope.ts'
import { readText } from './read-value.ts'
import {
  type Expression,
  type JsonTemplate,
  parseExpression,
  parseJsonTemplate,
  parseTemplate,
  type Template,
} from './template.ts'
import { type Node, plainValue, type ScalarNode } from './yaml-node.ts'

/** Text with holes; what the holes read is noted in the scope. */
export function readTemplate(
  node: Node,
  what: string,
  scope: NameScope,
  faults: FaultList,
  longest?: number,
): Template | undefined {
  const scalar = readText(node, faults, what, longest)
  return scalar && templateOf(scalar, scope, faults)
}

/** A template that must not be empty: a URL, a token. */
export function readFilledTemplate(
  node: Node,
  what: string,
  scope: NameScope,
  faults: FaultList,
): Template | undefined {
  const template = readTemplate(node, what, scope, faults)
  if (template !== undefined && template.text.trim() === '')
    return faults.add(node.place, `${what} is empty`, { expected: 'text' })
  return template
}

/** The template that a scalar holds, what its holes read noted in the scope. */
export function templateOf(scalar: ScalarNode, scope: NameScope, faults: FaultList): Template | undefined {
  const parsed = parseTemplate(scalar.text)
  if (!parsed.ok) return faults.addGrammar(scalar, parsed.errors)
  noteTemplate(scalar, parsed.value, scope)
  return parsed.value
}

/** Notes what a template reads, so that its names are checked once all that is saved is known. */
export function noteTemplate(node: ScalarNode, template: Template, scope: NameScope): void {
  for (const part of template.parts) {
    if (typeof part === 'string') continue
    const alternatives = part.alternatives ?? []
    const optional = alternatives.length > 0 || 'fallback' in part
    for (const expression of [part, ...alternatives]) scope.uses.push({ node, expression, optional })
  }
}

/** An expression without braces: `when`, `until`. */
export function readExpressionNode(
  node: Node,
  what: string,
  scope: NameScope,
  faults: FaultList,
): Expression | undefined {
  const scalar = readText(node, faults, what)
  return scalar && expressionOf(scalar, scalar.text, 0, scope, faults)
}

/** An expression that is part of a text and begins at this offset of it. */
export function expressionOf(
  node: ScalarNode,
  text: string,
  offset: number,
  scope: NameScope,
  faults: FaultList,
): Expression | undefined {
  const parsed = parseExpression(text)
  if (!parsed.ok) return faults.addGrammar(node, parsed.errors, offset)
  scope.uses.push({ node, expression: parsed.value, optional: false })
  return parsed.value
}

/** JSON with templates anywhere in it, keys included. */
export function readJson(node: Node, scope: NameScope, faults: FaultList): JsonTemplate | undefined {
  const before = faults.faults.length
  noteJson(node, scope, faults)
  if (faults.faults.length > before) return undefined
  const parsed = parseJsonTemplate(plainValue(node))
  if (parsed.ok) return parsed.value
  const [error] = parsed.errors
  return faults.add(node.place, error?.message ?? 'the JSON cannot be read', {
    expected: error?.expected,
    fix: error?.fix,
  })
}

function noteJson(node: Node, scope: NameScope, faults: FaultList): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') templateOf(node, scope, faults)
  } else if (node.kind === 'list') {
    for (const item of node.items) noteJson(item, scope, faults)
  } else {
    for (const entry of node.entries) {
      if (entry.key.includes('{{')) {
        templateOf({ kind: 'scalar', place: entry.place, value: entry.key, text: entry.key, cut: false }, scope, faults)
      }
      noteJson(entry.value, scope, faults)
    }
  }
}
