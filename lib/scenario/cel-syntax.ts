import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { checkCall } from './function-call.ts'
import { type GrammarError, notParsed, type Parsed } from './grammar-error.ts'
import { nearestKey as nearest } from './nearest-key.ts'
import type { Expression } from './template.ts'
import { fakeKinds, functionForms, templateFunctions } from './template-function.ts'

/** Only its parser and its list of functions are used here; lib/generate has the one that runs. */
const environment = new Environment({ unlistedVariablesAreDyn: true })

/** Macros that bind their first argument as a variable. */
const binders = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind'])

type Known = { readonly functions: ReadonlySet<string>; readonly methods: ReadonlySet<string> }
let known: Known | undefined

/** Parses any CEL expression; offsets count from the start of `text`. */
export function parseCel(text: string): Parsed<Expression> {
  let tree: ASTNode
  try {
    tree = environment.parse(text).ast
  } catch (error) {
    return notParsed(syntaxError(error, text))
  }
  const walk = new Walk()
  walk.visit(tree, new Set())
  if (walk.errors.length > 0) return notParsed(...walk.errors)
  return { ok: true, value: { expression: text.trim(), roots: [...walk.roots] } }
}

class Walk {
  readonly roots = new Set<string>()
  readonly errors: GrammarError[] = []

  visit(node: ASTNode, bound: ReadonlySet<string>): void {
    switch (node.op) {
      case 'value':
        return
      case 'id':
        this.root(node, node.args, bound)
        return
      case '.':
      case '.?':
        if (isFake(node.args[0], bound)) {
          const fix = `fake.${node.args[1]}()`
          this.report({ message: `fake.${node.args[1]} is a function`, expected: fix, fix, partial: true }, node)
          return
        }
        this.visit(node.args[0], bound)
        return
      case 'call': {
        const [name, values] = node.args
        this.call(node, name, values, celFunctions().functions, functionForms)
        this.visitAll(values, bound)
        return
      }
      case 'rcall': {
        const [name, receiver, values] = node.args
        if (isFake(receiver, bound)) {
          this.report(checkCall(`fake.${name}`, values.length, []), node)
          this.visitAll(values, bound)
          return
        }
        this.call(node, name, undefined, celFunctions().methods, {})
        this.visit(receiver, bound)
        const variable = values[0]
        if (binders.has(name) && variable?.op === 'id') {
          this.visitAll(values.slice(1), new Set([...bound, variable.args]))
        } else {
          this.visitAll(values, bound)
        }
        return
      }
      case 'map':
        for (const entry of node.args) this.visitAll(entry, bound)
        return
      case '!_':
      case '-_':
        this.visit(node.args, bound)
        return
      default:
        this.visitAll(node.args, bound)
    }
  }

  private visitAll(nodes: readonly ASTNode[], bound: ReadonlySet<string>): void {
    for (const node of nodes) this.visit(node, bound)
  }

  private root(node: ASTNode, name: string, bound: ReadonlySet<string>): void {
    if (name === 'cel' || bound.has(name)) return
    if (name !== 'fake') this.roots.add(name)
    else this.report({ message: 'fake has no value of its own', expected: 'a call such as fake.email()' }, node)
  }

  private call(
    node: ASTNode,
    name: string,
    values: readonly ASTNode[] | undefined,
    functions: ReadonlySet<string>,
    forms: Readonly<Record<string, string>>,
  ): void {
    const own = values !== undefined && Object.hasOwn(templateFunctions, name)
    if (own) {
      const literals = values.map(value =>
        value.op === 'value' && typeof value.args === 'string' ? value.args : undefined,
      )
      this.report(checkCall(name, values.length, literals), node)
    } else if (!functions.has(name)) {
      this.report(unknownFunction(name, [...functions, ...Object.keys(forms)], forms, values !== undefined), node)
    }
  }

  private report(error: GrammarError | undefined, node: ASTNode): void {
    if (error !== undefined) this.errors.push({ ...error, offset: node.start })
  }
}

function isFake(node: ASTNode, bound: ReadonlySet<string>): boolean {
  return node.op === 'id' && node.args === 'fake' && !bound.has('fake')
}

function unknownFunction(
  name: string,
  candidates: readonly string[],
  forms: Readonly<Record<string, string>>,
  free: boolean,
): GrammarError {
  const fake = free ? nearestFake(name) : undefined
  const near = nearest(name, candidates)
  const fix = fake ?? (near === undefined ? undefined : (forms[near] ?? (free ? `${near}(...)` : `.${near}(...)`)))
  return {
    message: free ? `there is no function ${name}()` : `there is no function .${name}()`,
    expected: `${Object.values(functionForms).join(', ')}, fake.email() and its kin, or one of CEL's own functions`,
    ...(fix === undefined ? {} : { fix, partial: true }),
  }
}

function nearestFake(name: string): string | undefined {
  return fakeKinds.includes(name) ? `fake.${name}()` : undefined
}

function celFunctions(): Known {
  if (known === undefined) {
    const { functions } = environment.getDefinitions()
    known = {
      functions: new Set(functions.filter(entry => entry.receiverType === null).map(entry => entry.name)),
      methods: new Set(functions.filter(entry => entry.receiverType !== null).map(entry => entry.name)),
    }
  }
  return known
}

const tokenNames: Readonly<Record<string, string>> = {
  EOF: 'the end of the expression',
  NUMBER: 'a number',
  STRING: 'a text',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  BYTES: 'bytes',
}

function syntaxError(error: unknown, text: string): GrammarError {
  if (!(error instanceof ParseError)) return { message: `"${text.trim()}" is not a CEL expression`, offset: 0 }
  const offset = Math.min(error.range?.start ?? 0, text.length)
  const at = text.slice(offset).trim()
  const single = /^=(?!=)/.test(at)
    ? { expected: '== to compare', fix: text.trim().replace(/([^=!<>])=(?!=)/, '$1==') }
    : {}
  const word = /^(and|or|not)\b/.exec(at)?.[1]
  const sign = word === undefined ? undefined : { and: '&&', or: '||', not: '!' }[word]
  const spelled = word === undefined ? {} : { expected: `${sign} in place of "${word}"` }
  return { message: celMessage(error.summary, at), ...single, ...spelled, offset }
}

function celMessage(summary: string, at: string): string {
  const unexpected = /^Unexpected token: (\w+)$/.exec(summary)?.[1]
  if (unexpected !== undefined) {
    const name = tokenNames[unexpected]
    if (name !== undefined && unexpected !== 'EOF') return `unexpected ${name} at "${shorten(at)}"`
    return name === undefined ? `unexpected "${shorten(at)}"` : 'the expression ends too early'
  }
  if (summary.startsWith('Unexpected character')) return `unexpected "${shorten(at)}"`
  const sentence = summary.charAt(0).toLowerCase() + summary.slice(1)
  return at === '' ? sentence : `${sentence} at "${shorten(at)}"`
}

function shorten(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}...` : text
}
