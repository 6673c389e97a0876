/** From a value to a place on the picture, in px. */
export type Scale = {
  readonly at: (value: number) => number
  /** Values that get a grid line and a label. */
  readonly ticks: readonly number[]
}

/** 1, 2 or 5 times a power of ten: the smallest such step that needs no more than `count` steps to reach `span`. */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(count, 1)
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 5, 10].find(candidate => candidate * power >= raw * 0.999_999) ?? 10
  return factor * power
}

/** From 0 to just above `max`, the top being a tick: the eye reads the last grid line as the axis' end. */
export function linearScale(max: number, fromPx: number, toPx: number, count: number): Scale {
  const step = max > 0 ? niceStep(max, count) : 1
  const steps = Math.max(1, Math.ceil((max / step) * 0.999_999))
  const top = steps * step
  return {
    at: value => fromPx + (Math.min(Math.max(value, 0), top) / top) * (toPx - fromPx),
    ticks: Array.from({ length: steps + 1 }, (_, index) => index * step),
  }
}

const ROUND = [1, 2, 5, 10]

/**
 * Logarithmic between the round values (1, 2 or 5 times a power of ten) around `min` and `max`, both above 0. Ticks stand
 * at both ends and at the powers of ten between them that leave room for a label.
 */
export function logScale(min: number, max: number, fromPx: number, toPx: number): Scale {
  if (!(min > 0 && Number.isFinite(max))) return { at: () => fromPx, ticks: [] }
  const power = (value: number): number => 10 ** Math.floor(Math.log10(value) + 1e-9)
  const low = power(min) * (ROUND.findLast(factor => factor * power(min) <= min * 1.000_001) ?? 1)
  const above = power(max) * (ROUND.find(factor => factor * power(max) >= max * 0.999_999) ?? 10)
  const high = Math.max(above, low * 2)
  const every = 10 ** Math.max(1, Math.ceil(Math.log10(high / low) / 5))
  const between: number[] = []
  for (let tick = power(low) * 10; tick < high / 2.5; tick *= every) if (tick > low * 2.5) between.push(tick)
  return {
    at: value => {
      const share = Math.log(Math.max(value, low) / low) / Math.log(high / low)
      return fromPx + Math.min(share, 1) * (toPx - fromPx)
    },
    ticks: [low, ...between, high],
  }
}

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]

/** Round instants, in ms, within a span: at most about `count`. */
export function timeTicks(fromMs: number, toMs: number, count: number): readonly number[] {
  const spanS = Math.max((toMs - fromMs) / 1000, 0.001)
  const coarse = TIME_STEPS_S.find(step => spanS / step <= count) ?? 86_400
  const stepMs = (spanS < 2 ? niceStep(spanS, count) : coarse) * 1000
  const ticks: number[] = []
  for (let at = Math.ceil(fromMs / stepMs) * stepMs; at <= toMs + 1e-6; at += stepMs) ticks.push(at)
  return ticks
}
