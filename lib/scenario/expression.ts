import { parseCel } from './cel-syntax.ts'
import { checkCall } from './function-call.ts'
import { type GrammarError, notParsed, type Parsed } from './grammar-error.ts'
import { type PlainExpression, parsePlain, plainRoots } from './plain-expression.ts'
import type { Expression } from './template.ts'

/** A CEL expression without braces. Offsets of errors count from the start of `text`. */
export function readExpression(text: string): Parsed<Expression> {
  const expression = text.trim()
  if (expression === '')
    return notParsed({ message: 'the expression is empty', expected: 'a name or a CEL expression' })
  const tree = parsePlain(expression)
  if (tree === undefined) return parseCel(text)
  const errors = callErrors(tree, text)
  return errors.length > 0 ? notParsed(...errors) : { ok: true, value: { expression, roots: plainRoots(tree) } }
}

function callErrors(tree: PlainExpression, text: string): readonly GrammarError[] {
  switch (tree.kind) {
    case 'literal':
    case 'path':
      return []
    case 'list':
      return tree.items.flatMap(item => callErrors(item, text))
    case 'not':
      return callErrors(tree.operand, text)
    case 'call': {
      const literals = tree.arguments.map(value =>
        value.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined,
      )
      const error = checkCall(tree.name, tree.arguments.length, literals)
      const inner = tree.arguments.flatMap(value => callErrors(value, text))
      const offset = Math.max(0, text.search(new RegExp(`${tree.name.replace('.', '\\s*\\.\\s*')}\\s*\\(`)))
      return error === undefined ? inner : [{ ...error, offset }, ...inner]
    }
    default:
      return [...callErrors(tree.left, text), ...callErrors(tree.right, text)]
  }
}
