import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPacer, type Pacer } from '../../lib/generate/pacer.ts'
import { PACINGS } from '../../lib/generate/pacing.ts'
import { Timers } from '../../lib/generate/timers.ts'
import type { Pacing } from '../../lib/scenario/scenario.ts'

/** What the pacer has chosen to wait in, and what ends it. */
type Wait = { readonly in: 'turn' | `${number} ms`; readonly end: () => void }

let wait: Wait | undefined

/** The pacer's waits by hand: what it chooses depends on the clock that it is given, and not on the machine. */
beforeEach(() => {
  wait = undefined
  const waitIn = (kind: Wait['in'], end: () => void) => {
    wait = { in: kind, end }
    return { refresh: () => waitIn(kind, end) }
  }
  const clear = () => {
    wait = undefined
  }
  vi.stubGlobal('setImmediate', (end: () => void) => waitIn('turn', end))
  vi.stubGlobal('setTimeout', (end: () => void, ms: number) => waitIn(`${ms} ms`, end))
  vi.stubGlobal('clearImmediate', clear)
  vi.stubGlobal('clearTimeout', clear)
})

afterEach(() => vi.unstubAllGlobals())

class Load {
  private readonly work = { events: 0, active: 0 }
  private readonly timers = new Timers()
  private readonly pacer: Pacer
  private readonly everyUs: number
  private nowUs = 0
  private readonly answersUs: number[] = []
  /** What the pacer waited in right after each time that the last user was gone. */
  readonly afterIdle = new Set<Wait['in'] | undefined>()

  constructor(pacing: Pacing, everyUs: number) {
    this.everyUs = everyUs
    this.pacer = createPacer(PACINGS[pacing], this.work)
    this.timers.push(everyUs, this)
    this.pacer.start(this.timers, () => this.nowUs)
  }

  due(atUs: number): void {
    this.work.active++
    this.work.events++
    this.timers.push(atUs + this.everyUs, this)
  }

  /** So many starts, each answered so long after; what the pacer waited in right after the last of them. */
  run(starts: number, answerUs: number): Wait['in'] | undefined {
    let chosen: Wait['in'] | undefined
    for (let i = 0; i < starts; i++) {
      const atUs = this.timers.nextUs
      while ((this.answersUs[0] ?? Number.POSITIVE_INFINITY) <= atUs) this.answer()
      this.nowUs = atUs
      for (let ends = 0; this.timers.nextUs === atUs; ends++) {
        if (wait === undefined || ends > 10) throw new Error('the pacer sleeps past an instant')
        wait.end()
      }
      chosen = wait?.in
      this.answersUs.push(atUs + answerUs)
    }
    return chosen
  }

  /** So long after the latest start something becomes due that was not known: what the pacer waits in from there on. */
  add(afterUs: number): Wait['in'] | undefined {
    this.nowUs += afterUs
    this.timers.push(this.nowUs + 100, { due: () => {} })
    return wait?.in
  }

  private answer(): void {
    this.nowUs = Math.max(this.nowUs, this.answersUs.shift() ?? 0)
    this.work.events++
    if (--this.work.active > 0) return
    this.timers.onIdle?.(this.nowUs)
    this.afterIdle.add(wait?.in)
  }
}

describe('while an answer is awaited, the default pacer', () => {
  it('leaves the thread to the loop where answers come before the next instant', () => {
    const load = new Load('default', 500)
    expect(load.run(5000, 70)).toBe('1 ms')
    // And takes it back when they have come: a block ends at the instant, the timer after it.
    expect([...load.afterIdle]).toEqual(['turn'])
  })

  it('turns where they do not', () => {
    expect(new Load('default', 500).run(5000, 700)).toBe('turn')
    expect(new Load('default', 500).run(5000, 400)).toBe('1 ms')
  })

  it('turns soon after they have become slower, and comes back', () => {
    const load = new Load('default', 500)
    load.run(5000, 70)
    expect(load.run(50, 900)).toBe('turn')
    expect(load.run(5000, 70)).toBe('1 ms')
  })

  it('turns until all are gone once one has stayed for longer than foretold', () => {
    const load = new Load('default', 500)
    load.run(5000, 70)
    const within: (Wait['in'] | undefined)[] = []
    load.run(1, 3000)
    for (let i = 0; i < 5; i++) within.push(load.run(1, 70))
    expect(within).toEqual(['turn', 'turn', 'turn', 'turn', 'turn'])
    load.run(3, 70)
    expect(load.run(1, 70)).toBe('1 ms')
  })

  it('turns where the time that was foretold is over', () => {
    const load = new Load('default', 500)
    load.run(5000, 70)
    expect(load.add(200)).toBe('turn')
  })

  it('leaves it to a timer that ends 2 ms before a later instant, whatever the answers', () => {
    expect(new Load('default', 10_000).run(300, 70)).toBe('8 ms')
    expect(new Load('default', 10_000).run(300, 9000)).toBe('8 ms')
  })
})

it.each([70, 700])('the precise pacer turns, the frugal one never, with answers after %i us', answerUs => {
  expect(new Load('precise', 500).run(500, answerUs)).toBe('turn')
  expect(new Load('frugal', 700).run(500, answerUs)).toBe('1 ms')
})
