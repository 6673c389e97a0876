import type { DataSet } from './data-set.ts'
import { type FaultList, fixLine } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import { memberReads } from './member-reads.ts'
import { lineOf, type NameScope, type NameUse } from './name-scope.ts'
import { nearestKey } from './nearest-key.ts'
import type { ReadContext } from './read-context.ts'
import { builtInRoots } from './template-function.ts'
import type { Place } from './yaml-node.ts'

/** All that an expression can read, beside what the steps of its own flow save. */
export type KnownNames = {
  readonly vars: ReadonlyMap<string, JsonValue>
  /** False where an included file could not be read, which may bring variables and save names. */
  readonly complete: boolean
  readonly data: readonly { readonly set: DataSet; readonly known: boolean; readonly place: Place }[]
  readonly before: NameScope
  readonly context: ReadContext
}

/** What the scenario takes from where it is started. */
export type NamesUsed = { readonly env: Map<string, string>; readonly secrets: Set<string> }

/** Faults for every name that no source defines, or two define. Notes the environment variables and secrets that are read. */
export function checkNames(scope: NameScope, known: KnownNames, used: NamesUsed, faults: FaultList): void {
  for (const [name, saved] of scope.saved) {
    const data = known.data.find(({ set }) => set.name === name)
    const before = scope.kind === 'before' ? undefined : known.before.saved.get(name)
    if (data)
      faults.add(
        saved.place,
        `"${name}" comes from two sources: the data set${lineOf(data.place)}, and it is saved here`,
        { expected: 'two names' },
      )
    if (before)
      faults.add(
        saved.place,
        `"${name}" comes from two sources: "before" saves it${lineOf(before.place)}, and it is saved here`,
        { expected: 'two names' },
      )
  }
  for (const use of scope.uses) {
    const { expression, roots } = use.expression
    for (const root of roots) checkRoot(root, use, scope, known, faults)
    for (const { root, member, dynamic } of memberReads(expression, roots)) {
      if (dynamic !== true) checkMember(root, member, use, known, used, faults)
    }
  }
}

function checkRoot(root: string, use: NameUse, scope: NameScope, known: KnownNames, faults: FaultList): void {
  const perIteration = scope.kind !== 'flow'
  const data = known.data.some(({ set }) => set.name === root)
  if (perIteration && (data || root === 'iteration' || root === 'vu')) {
    report(
      use,
      root,
      `"${root}" is read in ${scope.title}, which belongs to no iteration`,
      'vars, env, secret, or what it saved itself',
      undefined,
      faults,
    )
    return
  }
  if (data || builtInRoots.includes(root) || scope.saved.has(root)) return
  if (known.before.saved.has(root) || !known.complete) return
  const names = [
    ...[...scope.saved].filter(([, { place }]) => place !== use.node.place).map(([name]) => name),
    ...known.before.saved.keys(),
    ...(perIteration ? [] : known.data.map(({ set }) => set.name)),
    ...builtInRoots,
  ]
  const variable = known.vars.has(root) ? `vars.${root}` : undefined
  const near = variable ?? nearestKey(root, names)
  report(
    use,
    root,
    `nothing defines "${root}": no step of ${scope.title} saves it`,
    near ?? `save: { ${root}: ... } in a step of it, or a data set of that name`,
    near,
    faults,
  )
}

function checkMember(
  root: string,
  member: string | undefined,
  use: NameUse,
  known: KnownNames,
  used: NamesUsed,
  faults: FaultList,
): void {
  const whole = member === undefined ? root : `${root}.${member}`
  if (root === 'vars') {
    if (member !== undefined && (known.vars.has(member) || !known.complete)) return
    const names = [...known.vars.keys()]
    const near = member === undefined ? undefined : nearestKey(member, names)
    const message = member === undefined ? '"vars" is read as a whole' : `there is no variable "${member}"`
    report(
      use,
      whole,
      message,
      near === undefined ? listed(names, 'vars.', 'a variable under "vars"') : `vars.${near}`,
      near && `vars.${near}`,
      faults,
    )
  } else if (root === 'env' || root === 'secret') {
    if (member === undefined) report(use, root, `"${root}" is read as a whole`, `${root}.NAME`, undefined, faults)
    else checkOutside(root, member, use, known.context, used, faults)
  } else {
    const data = known.data.find(({ set }) => set.name === root)
    if (!data?.known || (member !== undefined && data.set.columns.includes(member))) return
    const near = member === undefined ? undefined : nearestKey(member, data.set.columns)
    const message =
      member === undefined
        ? `the data set "${root}" is read without a column`
        : `the data set "${root}" has no column "${member}"`
    report(
      use,
      whole,
      message,
      near === undefined ? listed(data.set.columns, `${root}.`, 'a column') : `${root}.${near}`,
      near && `${root}.${near}`,
      faults,
    )
  }
}

/** A value of the place where the run is started. */
function checkOutside(
  root: 'env' | 'secret',
  name: string,
  use: NameUse,
  context: ReadContext,
  used: NamesUsed,
  faults: FaultList,
): void {
  const value = Object.hasOwn(context.env, name) ? context.env[name] : undefined
  if (root === 'secret') used.secrets.add(name)
  else if (value !== undefined) used.env.set(name, value)
  if (value !== undefined || use.optional || (root === 'secret' && context.secrets === 'elsewhere')) return
  const what =
    root === 'env'
      ? `the environment variable ${name} is not set`
      : `the secret ${name} is not set: locally it is the environment variable ${name}`
  const expected =
    root === 'env'
      ? `${name}=... before the command, or {{ env.${name} or 'default' }}`
      : `${name}=... before the command, or in a file for --env-file`
  if (context.unset === 'warning') faults.warn(use.node.place, what, { expected })
  else faults.add(placeIn(use, `${root}.${name}`), what, { expected })
}

function report(
  use: NameUse,
  found: string,
  message: string,
  expected: string,
  near: string | undefined,
  faults: FaultList,
): void {
  const text = near === undefined ? undefined : use.node.text.replace(found, near)
  const line = text?.includes('\n')
    ? text
        .split('\n')
        .find(one => one.includes(near ?? ''))
        ?.trim()
    : text
  const fix = line === undefined || line !== text ? line : fixLine(use.node, line)
  faults.add(placeIn(use, found), message, { expected, fix })
}

function placeIn(use: NameUse, text: string): Place {
  const start = indexOfName(use.node.text, use.expression.expression, 0)
  const offset = indexOfName(use.node.text, text, Math.max(0, start))
  const at = offset < 0 ? undefined : use.node.at?.(offset)
  return at ? { ...use.node.place, ...at } : use.node.place
}

/** Where the text stands as a whole: `col` is not found in `col.email`, nor in `columns`. */
function indexOfName(text: string, name: string, from: number): number {
  for (let at = text.indexOf(name, from); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w.]$/.test(text.slice(0, at)) && !/^[\w.]/.test(text.slice(at + name.length))) return at
  }
  return text.indexOf(name, from)
}

function listed(names: readonly string[], prefix: string, otherwise: string): string {
  return names.length === 0
    ? otherwise
    : `one of ${names
        .slice(0, 20)
        .map(name => prefix + name)
        .join(', ')}`
}
