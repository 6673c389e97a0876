import { expect, test } from 'vitest'
import { DEFAULT_REGION, PRICE_SOURCES, PRICED_REGIONS, pricesOf } from '../../lib/plan/price-table.ts'

test.each(PRICED_REGIONS)('%s has every price, none of them free, and the day of the list', region => {
  const prices = pricesOf(region)
  expect(prices.region).toBe(region)
  expect(prices.note).toBeUndefined()
  expect(prices.date).toMatch(/^\d{4}-\d\d-\d\d$/)
  expect(Object.keys(prices.unitUsd).sort()).toEqual(Object.keys(PRICE_SOURCES).sort())
  for (const usd of Object.values(prices.unitUsd)) expect(usd).toBeGreaterThan(0)
})

test('each price names its unit and a page of the vendor', () => {
  for (const { unit, page } of Object.values(PRICE_SOURCES)) {
    expect(unit).not.toBe('')
    expect(new URL(page).hostname).toBe('aws.amazon.com')
  }
})

test('a region that is not known has the prices of us-east-1, and says so', () => {
  for (const region of ['mars-north-1', '__proto__', 'constructor', '']) {
    const prices = pricesOf(region)
    expect(prices.region).toBe(region)
    expect(prices.unitUsd).toEqual(pricesOf(DEFAULT_REGION).unitUsd)
    expect(prices.note).toContain(DEFAULT_REGION)
  }
})
