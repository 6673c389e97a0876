import type { JsonValue } from './json.ts'
import { templateFunctions } from './template-function.ts'

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

/**
 * The part of CEL that most expressions stay within: paths, literals, calls of Squall's own functions, comparisons and
 * logic. It is read and run without the CEL library, which costs a generator its loading time and each evaluation
 * several times as much. Everything else goes to CEL; where both can run an expression they agree.
 */
export type PlainExpression =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'path'; readonly root: string; readonly keys: readonly (string | number)[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly PlainExpression[] }
  | { readonly kind: 'list'; readonly items: readonly PlainExpression[] }
  | {
      readonly kind: 'compare'
      readonly operator: Comparison
      readonly left: PlainExpression
      readonly right: PlainExpression
    }
  | { readonly kind: 'and' | 'or'; readonly left: PlainExpression; readonly right: PlainExpression }
  | { readonly kind: 'not'; readonly operand: PlainExpression }

/** Deeper nesting goes to CEL, which has a limit and a message for it. */
const maximumDepth = 50
const token =
  /\s*(?:(\d+(?:\.\d+)?)(?![\w.])|("[^"\\\n]*"|'[^'\\\n]*')|([A-Za-z_]\w*)(?!["'])|(==|!=|<=|>=|&&|\|\||[<>!()[\],.-]))/y

/** Words that CEL reserves; an expression that uses one is CEL's to refuse. */
const reserved = new Set(
  'as break const continue else for function if import in let loop package namespace return var void while'
    .split(' ')
    .concat('__proto__', 'prototype', 'cel'),
)

type Token = { readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end'; readonly text: string }

/** The tree, or undefined where the text is not plain: then CEL decides whether it is an expression at all. */
export function parsePlain(text: string): PlainExpression | undefined {
  const tokens = tokenize(text)
  if (tokens === undefined) return undefined
  const reader = new Reader(tokens)
  const tree = reader.either(0)
  return reader.atEnd() ? tree : undefined
}

/** The first identifiers that the expression reads, each once, in order. */
export function plainRoots(tree: PlainExpression): readonly string[] {
  return [...new Set(collectRoots(tree))]
}

function collectRoots(tree: PlainExpression): readonly string[] {
  switch (tree.kind) {
    case 'literal':
      return []
    case 'path':
      return [tree.root]
    case 'call':
      return tree.arguments.flatMap(collectRoots)
    case 'list':
      return tree.items.flatMap(collectRoots)
    case 'not':
      return collectRoots(tree.operand)
    default:
      return [...collectRoots(tree.left), ...collectRoots(tree.right)]
  }
}

function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  token.lastIndex = 0
  while (token.lastIndex < end) {
    const match = token.exec(text)
    if (match === null) return undefined
    const [, number, quoted, name, sign] = match
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.slice(1, -1) })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

/** Reads by descent; every method gives undefined where the text stops being plain. */
class Reader {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  atEnd(): boolean {
    return this.at === this.tokens.length
  }

  either(depth: number): PlainExpression | undefined {
    let left = this.both(depth)
    while (left !== undefined && this.take('||')) {
      const right = this.both(depth)
      left = right && { kind: 'or', left, right }
    }
    return left
  }

  private both(depth: number): PlainExpression | undefined {
    let left = this.comparison(depth)
    while (left !== undefined && this.take('&&')) {
      const right = this.comparison(depth)
      left = right && { kind: 'and', left, right }
    }
    return left
  }

  private comparison(depth: number): PlainExpression | undefined {
    const left = this.operand(depth)
    const sign = this.tokens[this.at]
    if (left === undefined || sign?.kind !== 'sign' || !isComparison(sign.text)) return left
    this.at++
    const right = this.operand(depth)
    return right && { kind: 'compare', operator: sign.text, left, right }
  }

  private operand(depth: number): PlainExpression | undefined {
    if (depth > maximumDepth) return undefined
    const next = this.tokens[this.at++]
    if (next === undefined) return undefined
    if (next.kind === 'text') return this.noMember({ kind: 'literal', value: next.text })
    if (next.kind === 'number') return this.number(next.text, 1)
    if (next.kind === 'name') return this.named(next.text, depth)
    if (next.text === '-') {
      const digits = this.tokens[this.at++]
      return digits?.kind === 'number' ? this.number(digits.text, -1) : undefined
    }
    if (next.text === '!') {
      const operand = this.operand(depth + 1)
      return operand && { kind: 'not', operand }
    }
    if (next.text === '(') {
      const inner = this.either(depth + 1)
      return inner && this.take(')') ? this.noMember(inner) : undefined
    }
    if (next.text === '[') {
      const items = this.items(']', depth)
      return items && this.noMember({ kind: 'list', items })
    }
    return undefined
  }

  private number(digits: string, sign: 1 | -1): PlainExpression | undefined {
    const value = Number(digits) * sign
    const exact = digits.includes('.') || Number.isSafeInteger(value)
    return exact && !/^0\d/.test(digits) ? this.noMember({ kind: 'literal', value: value + 0 }) : undefined
  }

  private named(name: string, depth: number): PlainExpression | undefined {
    if (name === 'true' || name === 'false') return this.noMember({ kind: 'literal', value: name === 'true' })
    if (name === 'null') return this.noMember({ kind: 'literal', value: null })
    if (reserved.has(name)) return undefined
    if (this.take('(')) return Object.hasOwn(templateFunctions, name) ? this.call(name, depth) : undefined
    if (name === 'fake') {
      const kind = this.take('.') ? this.tokens[this.at++] : undefined
      return kind?.kind === 'name' && this.take('(') ? this.call(`fake.${kind.text}`, depth) : undefined
    }
    const keys: (string | number)[] = []
    for (;;) {
      if (this.take('.')) {
        const key = this.tokens[this.at++]
        if (key?.kind !== 'name' || reserved.has(key.text)) return undefined
        keys.push(key.text)
      } else if (this.take('[')) {
        const key = this.tokens[this.at++]
        if (key?.kind === 'text') keys.push(key.text)
        else if (key?.kind === 'number' && /^(0|[1-9]\d{0,8})$/.test(key.text)) keys.push(Number(key.text))
        else return undefined
        if (!this.take(']')) return undefined
      } else {
        const called = this.tokens[this.at]
        return called?.text === '(' && called.kind === 'sign' ? undefined : { kind: 'path', root: name, keys }
      }
    }
  }

  private call(name: string, depth: number): PlainExpression | undefined {
    const values = this.items(')', depth)
    return values && this.noMember({ kind: 'call', name, arguments: values })
  }

  private items(end: ')' | ']', depth: number): readonly PlainExpression[] | undefined {
    const items: PlainExpression[] = []
    if (this.take(end)) return items
    for (;;) {
      const item = this.either(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
      if (this.take(end)) return items
      if (!this.take(',')) return undefined
    }
  }

  /** `(a).b`, `f().b` and `'x'.size()` are CEL's. */
  private noMember(tree: PlainExpression): PlainExpression | undefined {
    const next = this.tokens[this.at]
    return next?.kind === 'sign' && (next.text === '.' || next.text === '[') ? undefined : tree
  }

  private take(sign: string): boolean {
    const next = this.tokens[this.at]
    if (next?.kind !== 'sign' || next.text !== sign) return false
    this.at++
    return true
  }
}

function isComparison(sign: string): sign is Comparison {
  return sign === '==' || sign === '!=' || sign === '<' || sign === '<=' || sign === '>' || sign === '>='
}
