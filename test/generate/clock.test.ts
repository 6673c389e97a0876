import { expect, it, vi } from 'vitest'
import { steadyClock } from '../../lib/generate/clock.ts'

it("a steady clock's dates go on with its time, whatever becomes of the wall clock", () => {
  const clock = steadyClock()
  const aheadMs = () => clock.epochMs() - clock.nowUs() / 1000
  const before = aheadMs()
  expect(Math.abs(clock.epochMs() - Date.now())).toBeLessThan(1000)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  try {
    expect(Math.abs(aheadMs() - before)).toBeLessThan(1000)
  } finally {
    vi.useRealTimers()
  }
})
