import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPacer } from '../../lib/generate/pacer.ts'
import { PACINGS } from '../../lib/generate/pacing.ts'
import { Timers } from '../../lib/generate/timers.ts'
import { printScenario } from '../../lib/scenario/print-scenario.ts'
import { readScenario, type ScenarioInputText } from '../../lib/scenario/read-scenario.ts'
import type { Pacing } from '../../lib/scenario/scenario.ts'
import type { ClearedPacer } from './cleared-pacer.ts'
import { flow, get, open, run, scenario, target, totals } from './engine-fixture.ts'

const pacings = Object.keys(PACINGS) as Pacing[]
const nowUs = () => performance.now() * 1000

/** Fires at every instant; resolves to when each was fired, from the start. */
function fire(pacing: Pacing, instants: readonly number[], active: number): Promise<number[]> {
  const pacer = createPacer(PACINGS[pacing], { events: 0, active })
  const timers = new Timers()
  const fired: number[] = []
  const { promise, resolve } = Promise.withResolvers<number[]>()
  const startUs = nowUs()
  for (const at of instants) {
    timers.push(at, {
      due(atUs) {
        expect(atUs).toBe(at)
        fired.push(nowUs() - startUs)
        if (fired.length < instants.length) return
        pacer.stop()
        resolve(fired)
      },
    })
  }
  pacer.start(timers, () => nowUs() - startUs)
  return promise
}

describe.each(pacings)('the %s pacer', pacing => {
  it.each([0, 1])('fires all, in order, and none before its instant, with %i users under way', async active => {
    const instants = Array.from({ length: 300 }, (_, i) => 1000 + i * 137 + (i % 7 === 0 ? 3000 : 0)).sort(
      (a, b) => a - b,
    )
    const fired = await fire(pacing, instants, active)
    expect(fired).toHaveLength(instants.length)
    expect(instants.filter((at, i) => (fired[i] ?? 0) < at)).toEqual([])
    expect(fired).toEqual(fired.toSorted((a, b) => a - b))
  })

  it('wakes for an instant that is pushed while it sleeps for a later one', async () => {
    const timers = new Timers()
    const pacer = createPacer(PACINGS[pacing])
    const order: string[] = []
    const startUs = nowUs()
    await new Promise<void>(resolve => {
      timers.push(200_000, { due: () => resolve(void order.push('late')) })
      pacer.start(timers, () => nowUs() - startUs)
      setTimeout(() => timers.push(nowUs() - startUs + 20_000, { due: () => void order.push('early') }), 20)
    })
    pacer.stop()
    expect(order).toEqual(['early', 'late'])
  })

  it('gives way to the loop while more is due than can be started', async () => {
    const timers = new Timers()
    const pacer = createPacer(PACINGS[pacing], { events: 0, active: 1 })
    let turns = 0
    let fired = 0
    let done = false
    const again = {
      due(atUs: number) {
        fired++
        const until = performance.now() + 0.2
        while (performance.now() < until);
        if (!done) timers.push(atUs, again)
      },
    }
    const count = () => {
      turns++
      if (turns < 20) setImmediate(count)
      else done = true
    }
    timers.push(0, again)
    setImmediate(count)
    pacer.start(timers, nowUs)
    await expect.poll(() => done).toBe(true)
    pacer.stop()
    expect(fired).toBeGreaterThan(20)
  })

  it.each([0, 1])('lives on when a stop takes everything back, with %i users under way', async active => {
    const workerData: ClearedPacer = { pacing, active }
    const worker = new Worker(new URL('./cleared-pacer.ts', import.meta.url), { workerData })
    onTestFinished(async () => void (await worker.terminate()))
    const message = once(worker, 'message', { signal: AbortSignal.timeout(4000) })
    expect(await message).toEqual([['pushed later']])
  })

  it('counts turns without work as idle, and no time that it slept or blocked', async () => {
    const pacer = createPacer(PACINGS[pacing], { events: 0, active: 0 })
    const timers = new Timers()
    const startUs = nowUs()
    await new Promise<void>(resolve => {
      for (let i = 1; i <= 100; i++) timers.push(i * 1000, { due: () => (i === 100 ? resolve() : undefined) })
      pacer.start(timers, () => nowUs() - startUs)
    })
    const tookUs = nowUs() - startUs
    pacer.stop()
    expect(pacer.idleUs).toBeLessThanOrEqual(tookUs)
    // Spinning is idle; of the thread's blocks at most the turn around each counts.
    if (pacing === 'precise') expect(pacer.idleUs).toBeGreaterThan(0)
    if (pacing === 'frugal') expect(pacer.idleUs).toBeLessThan(tookUs / 2)
  })

  it('starts exactly the planned iterations through the engine, none early', async () => {
    const server = await target()
    const wanted = scenario(server.url, [open(500, 600, { arrivals: 'poisson' })], [flow([get('/')])], { pacing })
    const outcome = await run(wanted, { shards: 2 })
    const { started = 0, missed = 0 } = outcome.measurements.arrivals(0) ?? {}
    // What a machine that stood still at the start could not begin is told as missed, and nothing else.
    expect(started + missed).toBe(300)
    expect(started).toBeGreaterThan(150)
    expect(totals(outcome, 'GET /')).toMatchObject({ count: started, failures: 0 })
    expect(server.seen).toHaveLength(started)
  })
})

it.each([0, 1])(
  'the frugal pacer starts in bunches what is due within half a millisecond, with %i users under way',
  async active => {
    const pacer = createPacer(PACINGS.frugal, { events: 0, active })
    const timers = new Timers()
    const startUs = nowUs()
    let bunches = 0
    let fired = 0
    let inBunch = false
    await new Promise<void>(resolve => {
      const due = () => {
        if (!inBunch) {
          inBunch = true
          bunches++
          queueMicrotask(() => {
            inBunch = false
          })
        }
        if (++fired === 400) resolve()
      }
      for (let i = 0; i < 400; i++) timers.push(i * 100, { due })
      pacer.start(timers, () => nowUs() - startUs)
    })
    const tookUs = nowUs() - startUs
    pacer.stop()
    // One more at the start, and one where a machine that stood still has made a bunch too long.
    expect(bunches).toBeLessThanOrEqual(tookUs / PACINGS.frugal.gatherUs + 2)
    expect(bunches).toBeGreaterThan(1)
  },
)

it('a generator tells its pacer when the last user under way was gone', async () => {
  const server = await target()
  const pacer = createPacer()
  const idleUs: number[] = []
  const told = {
    get idleUs() {
      return pacer.idleUs
    },
    start(timers: Timers, now: () => number) {
      pacer.start(timers, now)
      const { onIdle } = timers
      timers.onIdle = us => {
        idleUs.push(us, now())
        onIdle?.(us)
      }
    },
    stop: () => pacer.stop(),
  }
  await run(scenario(server.url, [open(50, 200)], [flow([get('/')])]), { ports: { pacer: told } })
  expect(idleUs.length).toBeGreaterThan(2)
  expect(idleUs.every(us => us > 0)).toBe(true)
  expect(idleUs).toEqual(idleUs.toSorted((a, b) => a - b))
})

describe('pacing is read', () => {
  const read = (input: ScenarioInputText) =>
    readScenario(input, { readFile: () => ({ fault: 'missing' }), env: {}, version: 'test' })
  const object = (pacing?: string) => ({
    target: 'http://127.0.0.1:1',
    steps: [{ get: '/' }],
    ...(pacing && { pacing }),
  })

  it.each([
    ['precise', 'precise'],
    ['frugal', 'frugal'],
    ['default', undefined],
    [undefined, undefined],
  ])('%s, and printed as it was read', (written, pacing) => {
    const reading = read({ object: object(written) })
    if (!reading.ok) throw new Error(JSON.stringify(reading.faults))
    expect(reading.value.scenario.pacing).toBe(pacing)
    const again = read({ file: 'scenario.yml', text: printScenario(reading.value.scenario) })
    expect(again).toMatchObject({ ok: true, value: { scenario: reading.value.scenario } })
  })

  it('and anything else is refused with what there is', () => {
    const reading = read({ object: object('exact') })
    expect(reading).toMatchObject({ ok: false, faults: [{ expected: expect.stringContaining('frugal') }] })
  })
})
