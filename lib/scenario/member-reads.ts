import { type PlainExpression, parsePlain } from './plain-expression.ts'

/** `account.email` reads the member `email` of `account`; a bare `token` reads no member. */
export type MemberRead = { readonly root: string; readonly member?: string; readonly dynamic?: true }

/** What an expression reads of the names it begins with. CEL that is not plain is looked at by its text. */
export function memberReads(expression: string, roots: readonly string[]): readonly MemberRead[] {
  const tree = parsePlain(expression)
  return tree === undefined ? readsOfText(expression, roots) : readsOf(tree)
}

function readsOf(tree: PlainExpression): readonly MemberRead[] {
  switch (tree.kind) {
    case 'literal':
      return []
    case 'path': {
      const [first] = tree.keys
      return [{ root: tree.root, ...(first === undefined ? {} : { member: String(first) }) }]
    }
    case 'call':
      return tree.arguments.flatMap(readsOf)
    case 'list':
      return tree.items.flatMap(readsOf)
    case 'not':
      return readsOf(tree.operand)
    default:
      return [...readsOf(tree.left), ...readsOf(tree.right)]
  }
}

function readsOfText(expression: string, roots: readonly string[]): readonly MemberRead[] {
  const bare = expression.replace(
    /(\[\s*)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g,
    (whole, index: string | undefined) => (index === undefined ? "''" : whole),
  )
  return roots.flatMap(root => {
    const found = [
      ...bare.matchAll(
        new RegExp(`(?<![\\w.])${root}(?![\\w])\\s*(?:\\.\\s*([A-Za-z_]\\w*)|\\[\\s*["'](.*?)["']\\s*\\]|(\\[))?`, 'g'),
      ),
    ]
    return found.map(([, name, quoted, bracket]): MemberRead => {
      const member = name ?? quoted
      if (member !== undefined) return { root, member }
      return bracket === undefined ? { root } : { root, dynamic: true }
    })
  })
}
