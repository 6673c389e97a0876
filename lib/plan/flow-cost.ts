import type { Flow } from '../scenario/scenario.ts'
import type { Delay, Step } from '../scenario/step.ts'

/**
 * What one iteration of a flow asks for, as far as its text tells. `max` is Infinity where a loop's length is only
 * known at run time. Retries are not counted: they depend on the target.
 */
export type Range = { readonly min: number; readonly max: number }

const NONE: Range = { min: 0, max: 0 }

/** Requests of one iteration, of one name if `name` is given; `start` counts where every iteration is a new user. */
export function requestRange(
  flow: Flow,
  options: { readonly name?: string; readonly withStart?: boolean } = {},
): Range & { readonly longestTimeoutMs: number } {
  let longestTimeoutMs = 0
  const cost = (step: Step): Range => {
    if (step.kind !== 'request') return NONE
    if (options.name !== undefined && step.name !== options.name) return NONE
    longestTimeoutMs = Math.max(longestTimeoutMs, step.timeoutMs)
    return { min: 1, max: 1 }
  }
  const steps = total(flow.steps, cost)
  const start = options.withStart === true ? total(flow.start, cost) : NONE
  return { ...add(steps, start), longestTimeoutMs }
}

/** Requests of a flow's `start`, of one name if it is given. */
export function startRange(flow: Flow, name?: string): Range {
  return requestRange({ ...flow, steps: flow.start }, name === undefined ? {} : { name })
}

/** Think time of one iteration, ms. A normal delay counts three deviations either way; a templated one is unknown. */
export function thinkRange(flow: Flow): { readonly minMs: number; readonly maxMs: number; readonly meanMs: number } {
  const bounds = total(flow.steps, step => (step.kind === 'think' ? delayBounds(step.delay) : NONE))
  const mean = total(flow.steps, step => {
    const ms = step.kind === 'think' ? delayMeanMs(step.delay) : 0
    return { min: ms, max: ms }
  })
  return { minMs: bounds.min, maxMs: Number.isFinite(bounds.max) ? bounds.max : bounds.min, meanMs: mean.min }
}

function delayBounds(delay: Delay): Range {
  switch (delay.kind) {
    case 'fixed':
      return { min: delay.ms, max: delay.ms }
    case 'uniform':
      return { min: delay.fromMs, max: delay.toMs }
    case 'normal':
      return {
        min: Math.max(0, delay.meanMs - 3 * delay.deviationMs),
        max: delay.meanMs + 3 * delay.deviationMs,
      }
    case 'template':
      return NONE
  }
}

function delayMeanMs(delay: Delay): number {
  if (delay.kind === 'fixed') return delay.ms
  if (delay.kind === 'uniform') return (delay.fromMs + delay.toMs) / 2
  return delay.kind === 'normal' ? delay.meanMs : 0
}

function total(steps: readonly Step[], cost: (step: Step) => Range): Range {
  return steps.reduce((sum, step) => add(sum, one(step, cost)), NONE)
}

function one(step: Step, cost: (step: Step) => Range): Range {
  const inside = unconditional(step, cost)
  return step.kind !== 'when' && step.when !== undefined ? { min: 0, max: inside.max } : inside
}

function unconditional(step: Step, cost: (step: Step) => Range): Range {
  switch (step.kind) {
    case 'when': {
      const then = total(step.then, cost)
      const other = total(step.else, cost)
      return { min: Math.min(then.min, other.min), max: Math.max(then.max, other.max) }
    }
    case 'group':
      return total(step.steps, cost)
    case 'repeat': {
      const body = total(step.steps, cost)
      const most = typeof step.times === 'number' ? step.times : Number.POSITIVE_INFINITY
      const least = typeof step.times !== 'number' ? 0 : step.until === undefined ? step.times : Math.min(1, step.times)
      return { min: body.min * least, max: body.max === 0 ? 0 : body.max * most }
    }
    case 'each': {
      const body = total(step.steps, cost)
      return { min: 0, max: body.max === 0 ? 0 : Number.POSITIVE_INFINITY }
    }
    default:
      return cost(step)
  }
}

function add(a: Range, b: Range): Range {
  return { min: a.min + b.min, max: a.max + b.max }
}
