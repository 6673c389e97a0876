import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { formatActual, formatLimit, formatMargin } from '../../lib/judge/format-threshold.ts'
import { formatBytes, formatBytesShortest } from '../../lib/measure/format-bytes.ts'
import {
  formatInstant,
  formatMs,
  formatMsColumn,
  formatMsShortest,
  formatSpan,
} from '../../lib/measure/format-duration.ts'
import {
  formatCount,
  formatRate,
  formatShare,
  formatShortest,
  formatSignificant,
} from '../../lib/measure/format-number.ts'

describe('numbers', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [6.4, '6.40'],
    [9.996, '10.0'],
    [99.96, '100'],
    [389.2, '389'],
    [12_579, '12,579'],
    [0.0312, '0.0312'],
    [0.000_000_1, '0.000000'],
    [1e21, '1,000,000,000,000,000,000,000'],
    [-1234.5, '-1,235'],
    [-0.000_000_01, '0.000000'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
    [undefined, '–'],
  ])('significant: %s is %s', (value, text) => expect(formatSignificant(value)).toBe(text))

  test.each([
    [0, '0'],
    [999, '999'],
    [12_579, '12,579'],
    [1_234_567, '1,234,567'],
    [-0.2, '0'],
  ])('count: %s is %s', (value, text) => expect(formatCount(value)).toBe(text))

  test.each([
    [2, '2'],
    [0.5, '0.5'],
    [1.25, '1.25'],
    [0.1 + 0.2, '0.3'],
    [1500, '1,500'],
    [100, '100'],
  ])('shortest: %s is %s', (value, text) => expect(formatShortest(value)).toBe(text))

  test.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.734, '73.4 %'],
    [0.00123, '0.123 %'],
    [0.000_001, '< 0.001 %'],
    [0.999_99, '> 99.9 %'],
    [undefined, '–'],
  ])('share: %s is %s', (value, text) => expect(formatShare(value)).toBe(text))

  test('rate', () => expect([formatRate(95.23), formatRate(undefined)]).toEqual(['95.2/s', '–']))

  property.prop([fc.double()])('no number gives an exponent, NaN or a negative zero', value => {
    for (const text of [
      formatSignificant(value),
      formatCount(value),
      formatShortest(value),
      formatMs(value),
      formatBytes(value),
      formatSpan(value),
      formatShare(value),
    ]) {
      expect(text).not.toMatch(/e[+-]?\d|nan|infinity/i)
      expect(text).not.toMatch(/-0(\.0*)?(?!\.?\d)/)
    }
  })

  property.prop([fc.double({ min: 1e-3, max: 1e9, noNaN: true })])('three digits are within half a percent', value => {
    const shown = Number(formatSignificant(value).replaceAll(',', ''))
    expect(Math.abs(shown - value)).toBeLessThanOrEqual(value * 0.005 + 1e-12)
  })
})

describe('times', () => {
  test.each([
    [0.312, '0.312 ms'],
    [389.4, '389 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [6420.4, '6.42 s'],
    [125_000, '125 s'],
    [0, '0 ms'],
    [undefined, '–'],
  ])('measured: %s ms is %s', (value, text) => expect(formatMs(value)).toBe(text))

  test.each([
    [2000, '2 s'],
    [400, '400 ms'],
    [1500, '1.5 s'],
  ])('written: %s ms is %s', (value, text) => expect(formatMsShortest(value)).toBe(text))

  test.each([
    [0, '0 s'],
    [350, '350 ms'],
    [1, '1 ms'],
    [1204, '1.2 s'],
    [20_000, '20 s'],
    [59_999, '1 m'],
    [80_000, '1 m 20 s'],
    [7_199_000, '1 h 59 m'],
    [7_500_000, '2 h 5 m'],
    [90_000_000, '1 d 1 h'],
  ])('lengths: %s ms is %s', (value, text) => expect(formatSpan(value)).toBe(text))

  test('a column in seconds', () =>
    expect([formatMsColumn(7710, 's'), formatMsColumn(7710, 'ms')]).toEqual(['7.71', '7,710']))
  test('dates', () => expect(formatInstant('2025-11-08T16:55:02.114Z')).toBe('2025-11-08 16:55:02 UTC'))
})

test.each([
  [512, '512 B', '512 B'],
  [999_700, '1.00 MB', '999.7 KB'],
  [1_250_000, '1.25 MB', '1.25 MB'],
  [10_000, '10.0 KB', '10 KB'],
])('sizes: %s bytes are %s measured, %s written', (value, measured, written) => {
  expect(formatBytes(value)).toBe(measured)
  expect(formatBytesShortest(value)).toBe(written)
})

describe('thresholds', () => {
  test.each([
    [6420.4, 2000, 'ms', '6.42 s', '2 s', '3.2 times'],
    [2000.4, 2000, 'ms', '2.0004 s', '2 s', '< 0.1 % above'],
    [2000, 2000, 'ms', '2.00 s', '2 s', 'at the limit'],
    [389, 500, 'ms', '389 ms', '500 ms', '22 % below'],
    [0.0100001, 0.01, 'share', '1.00001 %', '1 %', '< 0.1 % above'],
    [0.29, 0.29, 'share', '29.0 %', '29 %', 'at the limit'],
    [0, 0.01, 'share', '0 %', '1 %', '100 % below'],
    [0.00001, 0.01, 'share', '0.00100 %', '1 %', '> 99 % below'],
    [12, 0, 'count', '12', '0', '12 above'],
    [203.2, 150, 'perSecond', '203/s', '150/s', '35 % above'],
    [undefined, 150, 'perSecond', '–', '150/s', undefined],
  ] as const)('%s against %s %s', (actual, limit, unit, actualText, limitText, margin) => {
    const threshold = { limit, unit, ...(actual === undefined ? {} : { actual }) }
    expect(formatActual(threshold)).toBe(actualText)
    expect(formatLimit(limit, unit)).toBe(limitText)
    expect(formatMargin(threshold)).toBe(margin)
  })
})
