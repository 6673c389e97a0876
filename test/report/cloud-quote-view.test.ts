import { expect, test } from 'vitest'
import { DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import { type CloudQuote, quoteCloudRun } from '../../lib/plan/cloud-quote.ts'
import { costLine, renderCloudQuote } from '../../lib/report/cloud-quote-view.ts'
import { formatUnitUsd, formatUsd } from '../../lib/report/cost-text.ts'
import type { LoadPhase } from '../../lib/scenario/load-phase.ts'
import { closed, flow, get, open, scenario, think, track } from '../plan/fixture.ts'

function quote(phases: readonly LoadPhase[], budgetUsd?: number, region = 'us-east-1'): CloudQuote {
  const flows = [flow('main', [get('/'), think(4_800)])]
  const of = scenario({ target: 'https://example.com', flows, tracks: [track(phases, { main: 1 })] })
  const fixed = { runId: 'check', scenarioHash: '', seed: 7, nowMs: 1_700_000_000_000 }
  return quoteCloudRun(
    { ...fixed, scenario: { ...of, ...(budgetUsd !== undefined && { budgetUsd }) } },
    { region, ceilings: DEFAULT_CEILINGS },
  )
}

const sources = ['region from --region', 'ceilings by default, and any target: no squall.config.ts is here']

test.each([
  ['burst', quote([closed(0, 10_000, 60_000, 600_000)], 2)],
  ['hour', quote([open(50, 500, 3_600_000, { maxUsers: 5_000 })], undefined, 'mars-north-1')],
])('the picture of what the cloud adds: %s', async (name, of) => {
  const text = `${costLine(of)}\n\n${renderCloudQuote(of, { width: 80, colour: false, sources })}`
  await expect(text).toMatchFileSnapshot(`golden/cloud-quote-${name}.txt`)
})

test.each([40, 60, 80, 100])('is never wider than %d columns', width => {
  const text = renderCloudQuote(quote([closed(0, 10_000, 60_000, 600_000)], 2), { width, colour: false, sources })
  for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(width)
})

test.each([
  [12.345, '12.35 USD'],
  [1.5, '1.50 USD'],
  [1_234.5, '1,234.50 USD'],
  [0.999, '1.00 USD'],
  [0.26, '0.26 USD'],
  [0.0389, '0.039 USD'],
  [0.01, '0.010 USD'],
  [0.00314, '0.0031 USD'],
  [0, '0 USD'],
  [Number.NaN, '–'],
  [undefined, '–'],
])('%s is written as %s', (usd, text) => expect(formatUsd(usd)).toBe(text))

test.each([
  [0.09, '0.09'],
  [0.0000133334, '13.3334 a million'],
  [0.0000004, '0.4 a million'],
  [0.000025, '25 a million'],
])('a unit price of %s is written as %s', (usd, text) => expect(formatUnitUsd(usd)).toBe(text))
