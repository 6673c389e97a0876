import { fc, test as property } from '@fast-check/vitest'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { type RunRow, renderRuns } from '../../lib/report/runs-table.ts'
import { HOSTILE } from './sample-report.ts'

const nowMs = Date.parse('2025-11-08T17:00:00.000Z')
const row = (more: Partial<RunRow>): RunRow => ({
  id: '20251108-165502-7f3a',
  scenario: 'checkout',
  state: 'done',
  createdAt: '2025-11-08T16:55:02.114Z',
  ...more,
})

const rows: readonly RunRow[] = [
  row({ state: 'running', createdAt: '2025-11-08T16:59:48.000Z' }),
  row({
    verdict: 'fail',
    headline: 'FAIL: success p95 6.42 s, limit 2 s, 3.2 times the limit; 2 more thresholds fail',
  }),
  row({ verdict: 'pass', createdAt: '2025-11-07T02:00:00.000Z', scenario: 'smoke' }),
  row({
    verdict: 'inconclusive',
    headline: 'INCONCLUSIVE: stopped after 1.2 s',
    createdAt: '2025-10-01T02:00:00.000Z',
  }),
  row({ state: 'lost', createdAt: 'not a date' }),
  row({ state: 'refused', headline: HOSTILE, scenario: HOSTILE, createdAt: '2025-11-08T17:00:00.000Z' }),
]

test('the list of runs', async () => {
  await expect(renderRuns(rows, { width: 80, colour: false, nowMs })).toMatchFileSnapshot('golden/runs.txt')
})

test('no runs', () => expect(renderRuns([], { nowMs })).toBe('no runs yet\n'))

property.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.integer({ min: 60, max: 120 })])(
  'no line is wider than asked, and no text is acted upon',
  (scenario, headline, width) => {
    const text = renderRuns([row({ scenario, headline }), row({ id: scenario, verdict: 'fail', headline })], {
      width,
      nowMs,
    })
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  },
)
