import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import { nearestKey } from './nearest-key.ts'
import { kindOf, type Node, partOf, type ScalarNode } from './yaml-node.ts'

export type Variables = ReadonlyMap<string, JsonValue>

/** One value of a load phase, its `$name`s replaced; undefined, with a fault, where it is a list, a map or not known. */
export function phaseValue(
  node: Node | undefined,
  what: string,
  vars: Variables,
  faults: FaultList,
): ScalarNode | undefined {
  if (node === undefined) return undefined
  if (node.kind !== 'scalar' || node.value === null)
    return faults.add(node.place, `${what} is ${kindOf(node)}`, { expected: 'one value' })
  return withVariables(node, vars, faults)
}

/** `a -> b`, or one value for both ends; undefined for an end that was not read. */
export function readRamp(
  node: ScalarNode,
  read: (end: ScalarNode) => number | undefined,
  faults: FaultList,
): readonly [from: number | undefined, to: number | undefined] {
  const none = [undefined, undefined] as const
  const other = /^(\S.*?)\s*(→|=>|\.\.\.?|–|~|\bto\b|(?<![eE])-(?!>))\s*(\S.*)$/.exec(node.text)
  if (other) {
    faults.add(node.place, `"${node.text}" is not written as a ramp`, {
      expected: 'FROM -> TO',
      fix: fixLine(node, `${other[1]} -> ${other[3]}`),
    })
    return none
  }
  const [first, second, third] = node.text.split('->').map(text => text.trim())
  if (third !== undefined) {
    faults.add(node.place, `"${node.text}" has more than one ->`, { expected: 'a phase for each ramp' })
    return none
  }
  if (first === undefined || second === undefined) {
    const value = read(node)
    return [value, value]
  }
  if (first === '' || second === '') {
    faults.add(node.place, `"${node.text}" is a ramp with one end missing`, { expected: 'FROM -> TO' })
    return none
  }
  return [read(partOf(node, 0, first)), read(partOf(node, node.text.lastIndexOf(second), second))]
}

function withVariables(node: ScalarNode, vars: Variables, faults: FaultList): ScalarNode | undefined {
  if (typeof node.value !== 'string') return node
  if (node.text.length > 200)
    return faults.add(node.place, `a value of a load phase has ${node.text.length} characters`, {
      expected: 'a rate, a number or a duration',
    })
  if (node.value.includes('{{')) {
    const name = /vars\.([A-Za-z_]\w*)/.exec(node.value)?.[1]
    return faults.add(node.place, 'a load phase holds {{ }}', {
      expected: '$name for the value of a variable',
      fix: name === undefined ? undefined : fixLine(node, `$${name}`),
    })
  }
  if (!node.value.includes('$')) return node
  let failed = false
  let last = ''
  const text = node.value.replace(
    /\$(?:\{\s*(\w+)\s*\}|([A-Za-z_]\w*))?/g,
    (whole, braced: string | undefined, name: string | undefined) => {
      const value = name === undefined ? undefined : vars.get(name)
      if (name !== undefined && value !== undefined && value !== null && typeof value !== 'object') {
        last = name
        return String(value)
      }
      failed = true
      reportVariable(node, whole, braced ?? name, braced === undefined && value !== undefined, vars, faults)
      return whole
    },
  )
  if (failed) return undefined
  const { at: _at, ...rest } = node
  const whole = node.value.trim() === `$${last}`
  const given = whole ? vars.get(last) : undefined
  const value = typeof given === 'boolean' ? given : /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text
  // What is wrong with a variable's value is mended where the variable is defined.
  return { ...rest, ...(whole ? { key: last } : {}), value, text: text.trim() }
}

function reportVariable(
  node: ScalarNode,
  written: string,
  name: string | undefined,
  composite: boolean,
  vars: Variables,
  faults: FaultList,
): void {
  if (composite) {
    faults.add(node.place, `the variable "${name}" is no text or number`, { expected: 'a variable that is one value' })
    return
  }
  const names = [...vars.keys()]
  const braced = name !== undefined && written.startsWith('${')
  const near = name === undefined ? undefined : vars.has(name) ? name : nearestKey(name, names)
  const problem =
    name === undefined
      ? 'a $ stands without a name'
      : braced
        ? `${written} is not how a variable is read`
        : `there is no variable "${name}"`
  const known = names.length > 0 ? `one of ${names.map(each => `$${each}`).join(', ')}` : 'a variable under "vars"'
  faults.add(node.place, problem, {
    expected: near === undefined ? known : `$${near}`,
    fix:
      near === undefined
        ? undefined
        : fixLine(
            node,
            node.text.replace(written, () => `$${near}`),
          ),
  })
}
