import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { areaPath, linePath } from '../../lib/report/html/chart/path.ts'
import { linearScale, logScale, niceStep, timeTicks } from '../../lib/report/html/chart/scale.ts'
import type { Shape } from '../../lib/report/html/chart/shape.ts'
import { drawTimeline } from '../../lib/report/html/chart/timeline.ts'
import { firstLines, intervalAt } from '../../lib/report/html/chart/timeline-data.ts'
import { formatClock, formatTickMs, formatUsd, thin } from '../../lib/report/html/format.ts'
import { timelineColumns } from '../../lib/report/html/timeline-columns.ts'
import { failingReport } from '../report/sample-report.ts'

const positive = fc.double({ min: 1e-3, max: 1e7, noNaN: true })

describe('scales', () => {
  property.prop([positive, fc.integer({ min: 1, max: 8 })])(
    'a linear one holds its maximum in few round steps',
    (max, count) => {
      const scale = linearScale(max, 100, 0, count)
      const top = scale.ticks.at(-1) ?? 0
      expect(top).toBeGreaterThanOrEqual(max * 0.999)
      expect(scale.ticks.length).toBeLessThanOrEqual(count + 2)
      expect(scale.at(0)).toBe(100)
      expect(scale.at(top)).toBeCloseTo(0)
    },
  )

  property.prop([positive, positive])('a logarithmic one holds both ends and rises', (a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
    const scale = logScale(low, high, 100, 0)
    expect(scale.ticks[0]).toBeLessThanOrEqual(low * 1.001)
    expect(scale.ticks.at(-1)).toBeGreaterThanOrEqual(high * 0.999)
    expect(scale.ticks).toEqual(scale.ticks.toSorted((x, y) => x - y))
    expect(scale.at(low)).toBeGreaterThanOrEqual(scale.at(high))
    expect(scale.ticks.length).toBeLessThanOrEqual(9)
  })

  property.prop([
    fc.double({ min: 0, max: 86_400_000, noNaN: true }),
    fc.double({ min: 100, max: 86_400_000, noNaN: true }),
  ])('instants lie in the view, evenly, and are not too many', (from, span) => {
    const ticks = timeTicks(from, from + span, 8)
    expect(ticks.length).toBeLessThanOrEqual(11)
    for (const tick of ticks) {
      expect(tick).toBeGreaterThanOrEqual(from - 1)
      expect(tick).toBeLessThanOrEqual(from + span + 1)
    }
  })

  test('steps are 1, 2 or 5 times a power of ten', () => {
    expect([7, 70, 0.3, 12].map(span => niceStep(span, 5))).toEqual([2, 20, 0.1, 5])
  })
})

describe('paths', () => {
  test('a line breaks where nothing was measured, and a lone point is still seen', () => {
    expect(
      linePath([
        [0, 1],
        [1, 2],
        [2, undefined],
        [3, 4],
        [4, undefined],
      ]),
    ).toBe('M0 1L1 2M1.5 4h3')
    expect(
      areaPath(
        [
          [0, 1],
          [1, 2],
        ],
        10,
      ),
    ).toBe('M0 10L0 1L1 2L1 10Z')
    expect(linePath([])).toBe('')
  })
})

describe('the chart over time', () => {
  const data = timelineColumns(failingReport)
  const view = { width: 1000, fromMs: 0, toMs: data.endMs, logarithmic: false, lines: firstLines(data) }
  const all = (shape: Shape): Shape[] =>
    typeof shape.content === 'string' ? [shape] : [shape, ...shape.content.flatMap(all)]
  const texts = (shape: Shape): string[] =>
    all(shape).flatMap(one => (typeof one.content === 'string' ? [one.content] : []))

  test('names its panels, phases and lines', () => {
    const drawn = texts(drawTimeline(data, view, 'title').shape)
    for (const text of ['Users', 'Response time', 'warm-up', 'steady', 'p50', 'p95', 'p99'])
      expect(drawn).toContain(text)
  })

  property.prop([fc.integer({ min: 280, max: 2000 }), fc.double({ min: 0, max: 0.8, noNaN: true }), fc.boolean()])(
    'draws inside its bounds, whatever part and width',
    (width, from, logarithmic) => {
      const part = { ...view, width, logarithmic, fromMs: from * data.endMs }
      const drawing = drawTimeline(data, part, 'title')
      for (const one of all(drawing.shape).filter(shape => shape.tag === 'path')) {
        const numbers = String(one.attributes['d']).match(/-?[\d.]+/g) ?? []
        for (const text of numbers) {
          expect(Number(text)).toBeGreaterThanOrEqual(-2)
          expect(Number(text)).toBeLessThanOrEqual(Math.max(width, drawing.height))
        }
      }
    },
  )

  test('shows the maximum where a p99 is seldom observed', () => {
    expect(firstLines({ count: [200, 200, 50], p99: [9, 8, null] })).toEqual(['p50', 'p95', 'p99'])
    expect(firstLines({ count: [200, 50, 50], p99: [9, null, null] })).toEqual(['p50', 'p95', 'max'])
    expect(firstLines({ count: [0, 0, 200], p99: [null, null, 9] })).toEqual(['p50', 'p95', 'p99'])
  })

  test('a pointer finds the interval that it stands over', () => {
    expect([0, 999, 1001, 45_500, 1e9].map(ms => intervalAt(data, ms))).toEqual([0, 0, 1, 45, 79])
  })
})

describe('figures on a page', () => {
  test.each([
    [0, '0:00'],
    [5_000, '0:05'],
    [500, '0:00.5'],
    [750_000, '12:30'],
    [3_750_000, '1:02:30'],
  ])('%d ms is %s', (ms, text) => expect(formatClock(ms)).toBe(text))

  test('thin spaces replace commas and stand before units only', () => {
    expect(thin('p95 6.42 s of 12,579 in 3 steps')).toBe('p95 6.42\u202fs of 12\u202f579 in 3 steps')
    expect(formatTickMs(0.05)).toBe('50\u202fµs')
    expect([undefined, 0.0389, 12.5, 1234.5].map(formatUsd)).toEqual([
      '–',
      '0.039 USD',
      '12.50 USD',
      '1\u202f234.50 USD',
    ])
  })
})
