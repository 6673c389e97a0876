import { setImmediate as turned } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { FastOutbox } from '../../lib/generate/fast-outbox.ts'

/** Until the clock shows another instant. */
function pass(): void {
  const fromMs = performance.now()
  while (performance.now() - fromMs < 0.05);
}

describe('what is read in one turn of the event loop', () => {
  it('arrived when the turn began, however late it is looked at', async () => {
    const outbox = new FastOutbox()
    const beforeMs = performance.now()
    const arrivedMs = [0, 0, 0].map(sentMs => {
      const atMs = outbox.hold(sentMs)
      outbox.release()
      pass()
      return atMs
    })
    expect(new Set(arrivedMs).size).toBe(1)
    expect(arrivedMs[0]).toBeGreaterThanOrEqual(beforeMs)
    await turned()
    const next = outbox.hold(0)
    outbox.release()
    expect(next).toBeGreaterThan(arrivedMs[0] ?? Number.NaN)
  })

  it('did not arrive before what it answers was written, nor the rest of a body with its beginning', () => {
    const outbox = new FastOutbox()
    const first = outbox.hold(0)
    outbox.release()
    pass()
    const sentMs = performance.now()
    const answered = outbox.hold(sentMs)
    outbox.release()
    expect(answered).toBeGreaterThanOrEqual(sentMs)
    expect(answered).toBeGreaterThan(first)
    pass()
    expect(outbox.hold(answered)).toBeGreaterThan(answered)
    outbox.release()
  })

  it('causes requests that are written after it, in their order, and at once where many wait', async () => {
    const outbox = new FastOutbox()
    const sent: number[] = []
    const dispatch = (number: number): void => {
      outbox.hold(0)
      outbox.push({ send: () => sent.push(number) })
      outbox.release()
    }
    for (let number = 0; number < 10; number++) dispatch(number)
    expect(sent).toEqual([])
    for (let number = 10; number < 16; number++) dispatch(number)
    expect(sent).toHaveLength(16)
    dispatch(16)
    await turned()
    expect(sent).toEqual(Array.from({ length: 17 }, (_, number) => number))
  })
})
