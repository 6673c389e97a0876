import type { Fault } from '../scenario/fault.ts'

/** What the options of the command line are called in the body of a request. */
const places: Readonly<Record<string, string>> = {
  '--target': 'overrides.target',
  '--users': 'overrides.users',
  '--rate': 'overrides.rate',
  '--for': 'overrides.for',
  '--env': 'environment',
  '--set': 'set',
}

const option = /--(?:target|users|rate|for|env|set)\b/g

/** A fault of what a request says over its scenario, in the words of the request: the reader of scenarios knows options. */
export function atPostedPlace(fault: Fault): Fault {
  const { path, message, expected, fix } = fault
  const place = path === undefined ? undefined : places[path]
  return {
    ...fault,
    message: inBody(message),
    ...(place !== undefined && { path: `body.${place}` }),
    ...(expected !== undefined && { expected: inBody(expected) }),
    ...(fix !== undefined && { fix: fixInBody(fix) }),
  }
}

function inBody(text: string): string {
  return text.replace(option, name => places[name] ?? name)
}

/** `--rate 20/s --for 30s` as `"overrides": {"rate":"20/s","for":"30s"}`; `--env a` and `--set a=5` in the same way. */
function fixInBody(fix: string): string {
  if (!/^--[a-z]+ /.test(fix)) return inBody(fix)
  const given = [...fix.matchAll(/--([a-z]+) (\S+)/g)].map(([, name = '', value = '']) => [name, value] as const)
  const [[name, value] = ['', '']] = given
  if (name === 'env') return `"environment": ${JSON.stringify(value)}`
  if (name !== 'set') return `"overrides": ${JSON.stringify(Object.fromEntries(given))}`
  const equals = value.indexOf('=')
  return `"set": ${JSON.stringify({ [value.slice(0, equals)]: value.slice(equals + 1) })}`
}
