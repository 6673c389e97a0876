import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { ClockOffset, type DatedExchange } from '../../lib/generate/clock-offset.ts'

/** Exchanges with a server whose clock is ahead by `offsetMs`, drifting by so many parts in a million from `startMs` on. */
function exchanges(
  offsetMs: number,
  startMs: number,
  delays: readonly { readonly outMs: number; readonly backMs: number }[],
  everyMs = 1618,
  ppm = 0,
): DatedExchange[] {
  return delays.map(({ outMs, backMs }, place) => {
    const sentMs = startMs - 20_000 + place * everyMs
    const datedMs = sentMs + outMs
    const serverMs = datedMs + offsetMs + (datedMs - startMs) * ppm * 1e-6
    return { sentMs, receivedMs: datedMs + backMs, dateMs: Math.floor(serverMs / 1000) * 1000 }
  })
}

function boundsOf(startMs: number, seen: readonly DatedExchange[]) {
  const offset = new ClockOffset(startMs)
  for (const one of seen) offset.observe(one)
  return offset.bounds ?? { lowMs: Number.NaN, highMs: Number.NaN }
}

const delay = fc.record({
  outMs: fc.double({ min: 0, max: 400, noNaN: true }),
  backMs: fc.double({ min: 0, max: 400, noNaN: true }),
})

describe('the offset between two clocks', () => {
  test.prop([
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: 1.7e12, max: 1.9e12, noNaN: true }),
    fc.array(delay, { minLength: 1, maxLength: 60 }),
    fc.double({ min: -90, max: 90, noNaN: true }),
  ])('lies within its bounds, whatever the delays on the way and the drift', (offsetMs, startMs, delays, ppm) => {
    const { lowMs, highMs } = boundsOf(startMs, exchanges(offsetMs, startMs, delays, 1618, ppm))
    // 0.001 ms: epoch ms in a double are not finer.
    expect(lowMs - 0.001).toBeLessThanOrEqual(offsetMs)
    expect(highMs + 0.001).toBeGreaterThanOrEqual(offsetMs)
  })

  test.prop([fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.integer({ min: 10, max: 400 })])(
    'is narrowed by exchanges every 1,618 ms to some seconds / n and the round trip',
    (offsetMs, n) => {
      const delays = Array.from({ length: n }, () => ({ outMs: 5, backMs: 5 }))
      const { lowMs, highMs } = boundsOf(1.8e12, exchanges(offsetMs, 1.8e12, delays))
      const drifted = 2 * 1e-4 * Math.max(20_000, n * 1618)
      expect(highMs - lowMs).toBeLessThan(10 + 2618 / n + drifted)
    },
  )

  it('begins anew where a clock was set', () => {
    const before = exchanges(0, 1.8e12, [{ outMs: 1, backMs: 1 }])
    const after = exchanges(3_600_000, 1.8e12, [{ outMs: 1, backMs: 1 }])
    const { lowMs, highMs } = boundsOf(1.8e12, [...before, ...after])
    expect(lowMs).toBeLessThanOrEqual(3_600_000)
    expect(highMs).toBeGreaterThanOrEqual(3_600_000)
  })

  it('is not known without an exchange', () => {
    expect(new ClockOffset(0).bounds).toBe(undefined)
  })
})
