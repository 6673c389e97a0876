import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../lib/scenario/duration.ts'
import { parseUsd } from '../../lib/scenario/money.ts'
import { formatRate, parseRate } from '../../lib/scenario/rate.ts'
import { parsePercent } from '../../lib/scenario/share.ts'
import { parseSize } from '../../lib/scenario/size.ts'

const parsers = { duration: parseDuration, rate: parseRate, size: parseSize, percent: parsePercent, usd: parseUsd }

describe('quantities', () => {
  test.each([
    ['duration', '500ms', 500],
    ['duration', '30s', 30_000],
    ['duration', '1.5m', 90_000],
    ['duration', '2h', 7_200_000],
    ['duration', '0s', 0],
    ['duration', '16511.1s', 16_511_100],
    ['rate', '50/s', 50],
    ['rate', '300/m', 5],
    ['rate', '1800/h', 0.5],
    ['size', '200B', 200],
    ['size', '10KB', 10_000],
    ['size', '5MB', 5e6],
    ['size', '1GB', 1e9],
    ['percent', '1%', 0.01],
    ['percent', '0.5%', 0.005],
    ['percent', '7%', 0.07],
    ['usd', '2.00 USD', 2],
  ] as const)('%s %s is %d', (kind, text, value) => {
    expect(parsers[kind](text)).toEqual({ ok: true, value })
  })

  test.each([
    ['duration', '5 m', '5m'],
    ['duration', '1:30', '90s'],
    ['duration', '1:00:00', '1h'],
    ['duration', 'PT5M', '5m'],
    ['duration', '1m30s', '90s'],
    ['duration', '30', '30s'],
    ['duration', '5min', '5m'],
    ['duration', '2 days', '48h'],
    ['duration', '500us', '0.5ms'],
    ['duration', '1,5s', '1.5s'],
    ['duration', '1e3s', '1000s'],
    ['duration', '-5s', '5s'],
    ['duration', 'soon', undefined],
    ['rate', '300 rpm', '300/m'],
    ['rate', '50 req/s', '50/s'],
    ['rate', '50', '50/s'],
    ['rate', '50/sec', '50/s'],
    ['rate', '50 / s', '50/s'],
    ['rate', '5/d', undefined],
    ['size', '10 kb', '10KB'],
    ['size', '1MiB', '1048576B'],
    ['size', '5', '5B'],
    ['percent', '1 %', '1%'],
    ['percent', '0.01', '1%'],
    ['percent', '1 percent', '1%'],
    ['usd', '$2', '2 USD'],
    ['usd', '2', '2 USD'],
    ['usd', '2 EUR', undefined],
  ] as const)('%s %s is refused, with %s as the right spelling', (kind, text, fix) => {
    const parsed = parsers[kind](text)
    expect(parsed.ok ? 'read' : parsed.errors[0]?.fix).toBe(fix)
    if (!parsed.ok && fix !== undefined) expect(parsers[kind](fix).ok).toBe(true)
  })

  test('what is formatted is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), ms => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms })
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(1, 60, 3600), (count, per) => {
        const parsed = parseRate(formatRate(count / per))
        expect(parsed.ok && parsed.value).toBeCloseTo(count / per, 9)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 9 }), (count, places) => {
        const perSecond = count / 10 ** places / 3600
        const parsed = parseRate(formatRate(perSecond))
        expect((parsed.ok ? parsed.value : 0) / perSecond).toBeCloseTo(1, 9)
      }),
    )
    expect([0, 5, 0.5, 1 / 3600, 0.001 / 3600, 0.125].map(formatRate)).toEqual([
      '0/s',
      '5/s',
      '30/m',
      '1/h',
      '0.001/h',
      '450/h',
    ])
  })

  test('every refusal that has a correction has one that is read', () => {
    const text = fc
      .tuple(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.constantFrom('', ' '),
        fc.constantFrom('', 's', 'm', 'min', 'rps', '/s', 'KB', '%', 'USD', 'd', 'x'),
      )
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(text, fc.constantFrom(...Object.values(parsers)), (found, parse) => {
        const parsed = parse(found)
        const fix = parsed.ok ? undefined : parsed.errors[0]?.fix
        if (fix !== undefined) expect(parse(fix), `${found} -> ${fix}`).toMatchObject({ ok: true })
      }),
    )
  })
})
