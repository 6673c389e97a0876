import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { IdleForecast } from '../../lib/generate/idle-forecast.ts'

/** Exponential times of a mean, by quantiles in an order that is not theirs: the golden ratio's multiples. */
const times = (meanUs: number, count: number) =>
  Array.from({ length: count }, (_, i) => -meanUs * Math.log(1 - ((i * 0.6180339887498949 + 0.5) % 1)))

describe('when no answer is awaited any more', () => {
  test.prop([fc.double({ min: 30, max: 3000, noNaN: true })])(
    'is foretold for all but about a fiftieth of starts',
    mean => {
      const forecast = new IdleForecast()
      for (const us of times(mean, 20_000)) forecast.idleAfter(us)
      let longer = 0
      const judged = times(mean, 20_000)
      for (const us of judged) {
        if (us > forecast.withinUs) longer++
        forecast.idleAfter(us)
      }
      expect(longer / judged.length).toBeGreaterThan(0.01)
      expect(longer / judged.length).toBeLessThan(0.03)
    },
  )

  it('follows a target that becomes slower within some tens of starts, and a faster one within some thousands', () => {
    const forecast = new IdleForecast()
    for (let i = 0; i < 5000; i++) forecast.idleAfter(100)
    expect(forecast.withinUs).toBeLessThan(120)
    for (let i = 0; i < 50; i++) forecast.idleAfter(5000)
    expect(forecast.withinUs).toBeGreaterThan(4000)
    for (let i = 0; i < 5000; i++) forecast.idleAfter(100)
    expect(forecast.withinUs).toBeLessThan(120)
  })

  it('learns from a start that found users under way only where they had been expected to be gone', () => {
    const forecast = new IdleForecast()
    for (let i = 0; i < 5000; i++) forecast.idleAfter(200)
    const before = forecast.withinUs
    forecast.busyAfter(before / 2)
    expect(forecast.withinUs).toBe(before)
    for (let i = 0; i < 100; i++) forecast.busyAfter(1000)
    expect(forecast.withinUs).toBeGreaterThan(1000)
    expect(forecast.withinUs).toBeLessThan(1200)
  })

  it('has failed from a start that found users under way until all are gone', () => {
    const forecast = new IdleForecast()
    forecast.busyAfter(500)
    expect(forecast.failed).toBe(false)
    forecast.busyAfter(2000)
    forecast.busyAfter(100)
    expect(forecast.failed).toBe(true)
    forecast.idleAfter(2000)
    expect(forecast.failed).toBe(false)
  })

  it('goes no lower than what a machine can tell', () => {
    const forecast = new IdleForecast()
    for (let i = 0; i < 10_000; i++) forecast.idleAfter(1)
    expect(forecast.withinUs).toBe(20)
  })

  it('makes nothing of times that are unknown', () => {
    const forecast = new IdleForecast()
    forecast.idleAfter(Number.NaN)
    forecast.busyAfter(Number.NaN)
    expect(forecast.withinUs).toBeGreaterThan(0)
  })
})
