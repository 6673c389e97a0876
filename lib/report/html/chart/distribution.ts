import { formatMs, formatTickMs, formatTickShare } from '../format.ts'
import { barsPath } from './path.ts'
import { linearScale } from './scale.ts'
import { horizontal, label, type Shape, shape, vertical } from './shape.ts'

export type DistributionBand = {
  readonly fromMs: number
  readonly toMs: number
  readonly successes: number
  readonly failures: number
}

/** How often each response time occurred: logarithmic bands, failures stacked on successes, percentiles marked. */
export function drawDistribution(
  bands: readonly DistributionBand[],
  marks: readonly { readonly text: string; readonly ms: number; readonly className: string }[],
  width: number,
  title: string,
): Shape {
  const narrow = width < 600
  const left = narrow ? 52 : 58
  const right = width - (narrow ? 14 : 24)
  const top = 44
  const bottom = narrow ? 200 : 240
  const total = bands.reduce((sum, band) => sum + band.successes + band.failures, 0)
  const low = Math.log10(Math.max(Math.min(...bands.map(band => band.fromMs).filter(ms => ms > 0)), 1e-3))
  const high = Math.log10(Math.max(...bands.map(band => band.toMs)))
  const at = (ms: number): number =>
    left +
    Math.min(Math.max((Math.log10(Math.max(ms, 1e-3)) - low) / Math.max(high - low, 0.01), 0), 1) * (right - left)
  const scale = linearScale(Math.max(...bands.map(band => (band.successes + band.failures) / total)), bottom, top, 3)
  /** A band that holds anything is seen: the tail is what the reader looks for. */
  const height = (count: number): number => (count === 0 ? 0 : Math.max(bottom - scale.at(count / total), 1.5))
  const bars = (count: (band: DistributionBand) => number, lift: (band: DistributionBand) => number): Shape[] =>
    bands
      .filter(band => count(band) > 0)
      .map(band => {
        const x = at(band.fromMs)
        const base = bottom - lift(band)
        return { d: barsPath([[x + 0.5, Math.max(at(band.toMs) - x - 1, 1), base - height(count(band))]], base) }
      })
      .map(({ d }) => shape('path', { d }))
  return shape(
    'svg',
    {
      viewBox: `0 0 ${width} ${bottom + 28}`,
      class: 'chart distribution',
      role: 'img',
      'aria-label': title,
      width: '100%',
    },
    [
      ...scale.ticks.flatMap((value, index) => [
        horizontal(left, right, scale.at(value), index === 0 ? 'base' : 'grid'),
        label(left - 8, scale.at(value) + 4, formatTickShare(value), 'tick', 'end'),
      ]),
      shape(
        'g',
        { class: 'bars done' },
        bars(
          band => band.successes,
          () => 0,
        ),
      ),
      shape(
        'g',
        { class: 'bars failed' },
        bars(
          band => band.failures,
          band => height(band.successes),
        ),
      ),
      ...decadeTicks(low, high, right - left).map(ms => label(at(ms), bottom + 19, formatTickMs(ms), 'tick', 'middle')),
      ...markShapes(marks, at, bottom, width),
    ],
  )
}

/** 1, 2 and 5 times the powers of ten where there is room, else the powers alone. */
function decadeTicks(low: number, high: number, width: number): number[] {
  const factors = width / Math.max(high - low, 0.01) > 220 ? [1, 2, 5] : [1]
  const ticks: number[] = []
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const factor of factors) {
      const ms = factor * 10 ** power
      if (Math.log10(ms) >= low - 1e-9 && Math.log10(ms) <= high + 1e-9) ticks.push(ms)
    }
  }
  return ticks
}

/** Marks from left to right; a name that would overlap the one before it stands a line higher or lower. */
function markShapes(
  marks: readonly { readonly text: string; readonly ms: number; readonly className: string }[],
  at: (ms: number) => number,
  bottom: number,
  width: number,
): Shape[] {
  const rowEnds = [0, 0, 0]
  return [...marks]
    .sort((a, b) => a.ms - b.ms)
    .flatMap(mark => {
      const x = at(mark.ms)
      const text = `${mark.text} ${formatMs(mark.ms)}`
      const room = text.length * 6.4
      const anchor = x + room > width - 8 ? 'end' : 'start'
      const start = anchor === 'end' ? x - room : x
      const found = rowEnds.findIndex(end => end <= start)
      const row = found === -1 ? 2 : found
      rowEnds[row] = start + room + 10
      const y = 10 + row * 14
      const shift = anchor === 'end' ? -4 : 4
      return [
        vertical(x, y - 8, bottom, `mark ${mark.className}`),
        label(x + shift, y, text, `mark-name ${mark.className}`, anchor),
      ]
    })
}
