import { describe, expect, test } from 'vitest'
import { nextStartMs, startTimeFaults } from '../../lib/plan/start-times.ts'

const at = (iso: string) => Date.parse(iso)
const after = (expression: string, timeZone: string, iso: string, made = '2026-01-01T00:00:00Z') => {
  const ms = nextStartMs({ expression, timeZone }, at(iso), at(made))
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

describe('when a schedule starts', () => {
  test.each([
    ['cron(0 2 * * ? *)', 'UTC', '2026-11-28T17:00:00Z', '2026-11-29T02:00:00.000Z'],
    ['cron(0 2 * * ? *)', 'Europe/Berlin', '2026-11-28T17:00:00Z', '2026-11-29T01:00:00.000Z'],
    ['cron(0 2 * * ? *)', 'Europe/Berlin', '2026-07-28T17:00:00Z', '2026-07-29T00:00:00.000Z'],
    ['cron(30 23 ? * MON-FRI *)', 'America/New_York', '2026-11-28T17:00:00Z', '2026-12-01T04:30:00.000Z'],
    ['cron(0 2 * * ? *)', 'Asia/Kolkata', '2026-11-28T20:29:59Z', '2026-11-28T20:30:00.000Z'],
    ['rate(1 day)', 'UTC', '2026-01-03T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['rate(5 minutes)', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
    ['rate(5 minutes)', 'UTC', '2026-01-01T00:07:00Z', '2026-01-01T00:10:00.000Z'],
    ['at(2026-12-24T02:00:00)', 'Europe/Berlin', '2026-11-28T17:00:00Z', '2026-12-24T01:00:00.000Z'],
    ['at(2026-12-24T02:00:00)', 'UTC', '2026-12-24T02:00:00Z', undefined],
    ['cron(0 2 1 1 ? 2020)', 'UTC', '2026-12-24T02:00:00Z', undefined],
  ])('%s in %s after %s', (expression, zone, from, expected) => {
    expect(after(expression, zone, from)).toBe(expected)
  })

  test.each([
    '',
    'cron(99 2 * * ? *)',
    'cron(0 2 * *)',
    'cron(0 2 * * * *)',
    'cron(0 2 ? * ? *)',
    'rate(0 days)',
    'rate(1 week)',
    'every day',
    'at(tomorrow)',
  ])('%j is refused', expression => {
    expect(startTimeFaults({ expression, timeZone: 'UTC' }, 0).map(({ path }) => path)).toEqual(['expression'])
  })

  test('a zone that there is not', () => {
    const [fault] = startTimeFaults({ expression: 'rate(1 day)', timeZone: 'Europe/Bern in' }, 0)
    expect(fault?.message).toBe('there is no time zone "Europe/Bern in"')
  })

  test.each([
    ['at(2026-11-28T12:00:00)', '2026-11-28T20:30:00', 'at(2026-11-29T12:00:00)'],
    ['at(2026-11-01T21:00:00)', '2026-11-28T20:30:00', 'at(2026-11-28T21:00:00)'],
    ['cron(0 2 1 1 ? 2020)', '2026-11-28T20:30:00', undefined],
  ])('%s, which is over, is refused with the time that it is there', (expression, now, fix) => {
    const nowMs = at('2026-11-28T19:30:00Z')
    const [fault] = startTimeFaults({ expression, timeZone: 'Europe/Berlin' }, nowMs)
    expect(fault?.message).toBe(`"${expression}" starts no run any more: it is ${now} in Europe/Berlin`)
    expect(fault?.fix).toBe(fix)
    if (fix !== undefined) expect(startTimeFaults({ expression: fix, timeZone: 'Europe/Berlin' }, nowMs)).toEqual([])
  })
})
