import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { FUNCTION_MEMORY_MB } from '../../lib/plan/function-memory.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { DEFAULT_REGION, pricesOf } from '../../lib/plan/price-table.ts'
import { UPLOAD_MS } from '../../lib/plan/run-usage.ts'

const page = readFileSync(new URL('../../docs/workflow.md', import.meta.url), 'utf8')

it('docs/workflow.md reckons a day of 1,000 generators with what legs, functions and prices are', () => {
  const { leadMs, legMs, changeMs, drainMs } = CLOUD_LEG_TIMES
  const { lambdaGbSecond, objectWrite } = pricesOf(DEFAULT_REGION).unitUsd
  const partsS = [leadMs, legMs, changeMs, drainMs, UPLOAD_MS].map(ms => ms / 1000)
  const legs = 86_400_000 / legMs
  const seconds = legs * 1000 * partsS.reduce((sum, part) => sum + part)
  const gigabytes = FUNCTION_MEMORY_MB.generate / 1024
  const millions = (count: number) => `${(count / 1e6).toFixed(1)} million`
  const usd = (amount: number) => `$${Math.round(amount).toLocaleString('en-US')}`
  expect(page).toContain(`| time | ${legs} legs x 1,000 x (${partsS.join(' + ')}) s | ${millions(seconds)} s |`)
  expect(page).toContain(`= ${millions(seconds * gigabytes)} GB-s, at $${lambdaGbSecond}`)
  expect(page).toContain(`| ${usd(seconds * gigabytes * lambdaGbSecond)} |`)
  expect(page).toContain(`= ${millions(seconds / 5)} PUTs`)
  expect(page).toContain(`| ${usd((seconds / 5) * objectWrite)} |`)
})
