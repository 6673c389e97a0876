import { parseDuration } from '../scenario/duration.ts'
import type { Delay } from '../scenario/step.ts'
import { compileValue, TemplateError } from './compile-template.ts'
import type { UserSlot } from './user-slot.ts'

/** A think time in ms, drawn from the iteration's randomness. */
export function compileDelay(delay: Delay): (user: UserSlot) => number {
  switch (delay.kind) {
    case 'fixed':
      return () => delay.ms
    case 'uniform': {
      const { fromMs, toMs } = delay
      return user => fromMs + (toMs - fromMs) * user.random.next()
    }
    case 'normal':
      return user => Math.max(0, delay.meanMs + delay.deviationMs * standardNormal(user))
    case 'template': {
      const value = compileValue({ kind: 'template', template: delay.template })
      return user => {
        const given = value(user)
        if (typeof given === 'number' && Number.isFinite(given) && given >= 0) return given
        const parsed = typeof given === 'string' ? parseDuration(given) : undefined
        if (parsed?.ok) return parsed.value
        throw new TemplateError(`think: ${delay.template.text} is ${JSON.stringify(given)}, not a duration such as 2s`)
      }
    }
  }
}

/** Box and Muller 1958. */
function standardNormal(user: UserSlot): number {
  const radius = Math.sqrt(-2 * Math.log(1 - user.random.next()))
  return radius * Math.cos(2 * Math.PI * user.random.next())
}
