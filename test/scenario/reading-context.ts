import type { Fault, Reading } from '../../lib/scenario/fault.ts'
import type { FileFault, ReadContext } from '../../lib/scenario/read-context.ts'
import { type ReadResult, readScenario } from '../../lib/scenario/read-scenario.ts'

/** The files beside the scenarios of these tests. */
export const files: Readonly<Record<string, string>> = {
  'accounts.csv': 'email,password\na@example.test,one\nb@example.test,two\n',
  'ragged.csv': 'a,b\n1,2\n3\n',
  'empty.csv': '',
  'header.csv': 'a,b\n',
  'double.csv': 'a,a\n1,2\n',
  'quote.csv': 'a,b\n1,2\n"x,2\n',
  'semicolon.csv': 'a;b\n1;2\n',
  'lines.csv': 'a,b\n"x\ny",2\n3\n',
  'auth.yml':
    'vars: { who: ada, peak: 9/s }\nsnippets:\n  login:\n    - post: /login\n      json: { user: "{{ vars.who }}" }\n',
  'broken.yml': 'snippets:\n  login:\n    - get: /l\n      chek: status is 200\n',
  'circle.yml': 'include: [circle.yml]\n',
  'photo.png': 'not really',
}

export function context(more: Partial<ReadContext> = {}): ReadContext {
  const readFile = (path: string): Uint8Array | FileFault => {
    const text = files[path]
    return text === undefined ? { fault: 'missing' } : new TextEncoder().encode(text)
  }
  return { readFile, env: { HOST: 'http://127.0.0.1:9' }, version: '0.0.0', ...more }
}

export function read(text: string, more?: Partial<ReadContext>): Reading<ReadResult> {
  return readScenario({ file: 's.yml', text }, context(more))
}

/** The scenario of a text that must be right. */
export function scenarioOf(text: string, more?: Partial<ReadContext>): ReadResult {
  const reading = read(text, more)
  if (!reading.ok)
    throw new Error(reading.faults.map(fault => `${fault.line}:${fault.column} ${fault.message}`).join('\n'))
  return reading.value
}

export function faultsOf(text: string, more?: Partial<ReadContext>): readonly Fault[] {
  const reading = read(text, more)
  return reading.ok ? [] : reading.faults
}
