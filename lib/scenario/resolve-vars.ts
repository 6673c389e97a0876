import type { FaultList } from './fault-list.ts'
import type { JsonValue } from './json.ts'
import { nearestKey } from './nearest-key.ts'
import { resolveStatic, type StaticScope } from './resolve-static.ts'
import type { Entry } from './yaml-node.ts'

/**
 * The variables of the run: those of the layers, then `--set`. A variable may read `env` and the variables before it.
 *
 * @param layers from the weakest to the strongest
 */
export function resolveVars(
  layers: readonly (readonly Entry[])[],
  set: readonly (readonly [string, string])[],
  env: StaticScope['env'],
  used: Map<string, string>,
  faults: FaultList,
): ReadonlyMap<string, JsonValue> {
  const written = new Map<string, Entry>()
  for (const entry of layers.flat()) {
    if (!/^[A-Za-z_]\w*$/.test(entry.key)) {
      faults.add(entry.place, `"${entry.key}" is no name for a variable`, {
        expected: 'letters, digits and _',
        fix: entry.key.replace(/\W+/g, '_').replace(/^(?=\d)/, '_'),
      })
    }
    written.set(entry.key, entry)
  }
  const options = new Map<string, string>()
  for (const [name, text] of set) {
    if (written.has(name)) options.set(name, text)
    else {
      const near = nearestKey(name, [...written.keys()])
      faults.add({ path: '--set' }, `--set ${name}=${text}: the scenario has no variable "${name}"`, {
        expected: near ?? (written.size > 0 ? `one of ${[...written.keys()].join(', ')}` : 'a variable under "vars"'),
        fix: near === undefined ? undefined : `--set ${near}=${text}`,
      })
    }
  }
  const vars = new Map<string, JsonValue>()
  const later = new Set(written.keys())
  for (const [name, entry] of written) {
    later.delete(name)
    const option = options.get(name)
    if (option !== undefined) {
      const was = entry.value.kind === 'scalar' ? entry.value.value : undefined
      vars.set(name, typeof was === 'string' ? option : plainScalar(option))
      continue
    }
    const value = resolveStatic(entry.value, `the variable ${name}`, { env, vars, later, used }, faults)
    if (value !== undefined) vars.set(name, value.value)
    else vars.set(name, '')
  }
  return vars
}

/** `--set n=5` replaces a number by a number; text replaces text as it is. */
function plainScalar(text: string): JsonValue {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text
}
