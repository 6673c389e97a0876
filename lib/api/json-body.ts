import type { Context } from 'hono'
import { Problem } from './problem.ts'

/** Lambda takes 6 MB; a scenario may have 4 MB. */
export const MAX_BODY_BYTES = 5_000_000

/** What is nested deeper is nothing that a person wrote, and those that walk through it have a stack that ends. */
const MAX_DEPTH = 100

/** The body as JSON. No body at all is an empty object, so that what needs nothing may be sent nothing. */
export async function jsonBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? ''
  const text = await context.req.text()
  if (type === '' && text === '') return {}
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
    throw new Problem(415, `the body is ${type === '' ? 'of no type' : type}, where application/json is expected`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (isDeeperThan(value, MAX_DEPTH))
    throw new Problem(400, `the body is nested more deeply than ${MAX_DEPTH} objects and arrays`)
  return value
}

/** Level by level, without recursion. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value]
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return true
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}
