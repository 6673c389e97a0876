import type { Expression } from '../scenario/template.ts'

/** Every expression inside steps: they are plain data, so that one walk finds those of all kinds of steps. */
function expressionsIn(value: unknown, found: Expression[] = []): Expression[] {
  if (typeof value !== 'object' || value === null) return found
  if (isExpression(value)) found.push(value)
  for (const inner of Object.values(value)) expressionsIn(inner, found)
  return found
}

function isExpression(value: object): value is Expression {
  return 'expression' in value && 'roots' in value && typeof value.expression === 'string' && Array.isArray(value.roots)
}

/** Which parts of an answer expressions read by `response`. Named in any other way, all of it is kept. */
export function responseUse(steps: unknown): { readonly headers: boolean; readonly body: boolean } {
  let headers = false
  let body = false
  for (const { expression, roots } of expressionsIn(steps)) {
    if (!roots.includes('response')) continue
    for (const [, field = ''] of expression.matchAll(/\bresponse\b\s*(?:\.\s*([A-Za-z]+))?/g)) {
      if (field === 'status' || field === 'time') continue
      headers ||= field !== 'body' && field !== 'json' && field !== 'size'
      body ||= field !== 'headers'
    }
  }
  return { headers, body }
}
