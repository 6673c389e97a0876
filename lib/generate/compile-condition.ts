import type { Expression } from '../scenario/template.ts'
import { compileExpression } from './compile-template.ts'
import { TemplateError } from './template-error.ts'
import type { UserSlot } from './user-slot.ts'

/** `when:` and `until:` take true or false and nothing that only looks like it. */
export function condition(expression: Expression): (user: UserSlot) => boolean {
  const evaluate = compileExpression(expression)
  return user => {
    const value = evaluate(user)
    if (typeof value === 'boolean') return value
    throw new TemplateError(`${expression.expression} is ${JSON.stringify(value)}, not true or false`)
  }
}

/** How often `repeat:` goes through its steps. */
export function wholeNumber(expression: Expression): (user: UserSlot) => number {
  const evaluate = compileExpression(expression)
  return user => {
    const value = evaluate(user)
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return Math.floor(value)
    throw new TemplateError(`repeat: ${expression.expression} is ${JSON.stringify(value)}, not a number of times`)
  }
}
