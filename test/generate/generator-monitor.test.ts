import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GeneratorMonitor } from '../../lib/generate/generator-monitor.ts'
import { HealthIntervals } from '../../lib/measure/generator-health-intervals.ts'
import { mergeSnapshots } from '../../lib/measure/snapshot.ts'
import { closed, flow, get, open, run, scenario, target } from './engine-fixture.ts'

const onLinux = existsSync('/proc/self/fd')

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('a generator knows of itself', () => {
  it('that its loop stood still, and that starts were late meanwhile', async () => {
    let blocked = false
    // The target lives in the generator's own thread: what it does, the generator cannot do meanwhile.
    const server = await target((_, response) => {
      if (!blocked) block(300)
      blocked = true
      response.end('ok')
    })
    const { shards, measurements } = await run(scenario(server.url, [open(100, 600)], [flow([get('/')])]))
    const { late, loopLagMaxMs = 0, cpuShare = 0 } = shards[0]?.health ?? {}
    expect(loopLagMaxMs).toBeGreaterThan(200)
    expect(late?.starts).toBeGreaterThanOrEqual(20)
    expect(late?.loopLagMaxMs).toBe(loopLagMaxMs)
    expect(late?.cpuShare).toBeGreaterThan(0)
    expect(cpuShare).toBeGreaterThan(0)
    const [interval] = measurements.health.list
    expect(interval?.loopLagMaxUs).toBe(Math.round(loopLagMaxMs * 1000))
    expect(interval?.lateStarts).toBe(late?.starts)
    expect(interval?.cpu).toBeGreaterThan(0)
  })

  it('its connections, its descriptors, and that nothing was late', async () => {
    const server = await target((_, response) => setTimeout(() => response.end('ok'), 20))
    const { shards, measurements } = await run(scenario(server.url, [closed(7, 300)], [flow([get('/')])]))
    const { health } = shards[0] ?? {}
    expect(health?.connectionsMax).toBe(7)
    expect(health?.gaps).toBeUndefined()
    expect(health?.descriptorsMax !== undefined).toBe(onLinux)
    // Both ends of the connections are in this process.
    if (onLinux) expect(health?.descriptorsMax).toBeGreaterThanOrEqual(14)
    expect(measurements.health.list[0]?.connections).toBe(7)
  })

  it('the time that garbage collection took', async () => {
    const intervals = new HealthIntervals(1000)
    const of = { nowUs: () => 500_000, idleUs: () => 0, connections: 0, lateStarts: 0 }
    const monitor = new GeneratorMonitor(of, intervals)
    let kept: unknown[] = []
    for (let i = 0; i < 200; i++) {
      kept = Array.from({ length: 20_000 }, (_, n) => ({ n, text: `${i}` }))
      if (i % 20 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    await new Promise(resolve => setTimeout(resolve, 20))
    const { gcShare = 0, gcMaxMs = 0 } = monitor.end()
    expect(kept).toHaveLength(20_000)
    expect(gcMaxMs).toBeGreaterThan(0)
    expect(gcShare).toBeGreaterThan(0)
    expect(gcShare).toBeLessThanOrEqual(1)
    expect(intervals.list[0]?.gcMaxUs).toBe(Math.round(gcMaxMs * 1000))
    expect(intervals.list[0]?.gcUs).toBeGreaterThanOrEqual(intervals.list[0]?.gcMaxUs ?? Number.NaN)
  })

  it('how starts followed one another: each gap once, of all shards', async () => {
    const server = await target()
    for (const [shards, gaps] of [
      [1, 99],
      [2, 98],
    ] as const) {
      const wanted = scenario(server.url, [open(200, 500, { arrivals: 'poisson' })], [flow([get('/')])])
      const outcome = await run(wanted, { shards })
      const known = outcome.shards.map(({ health }) => health.gaps)
      expect(known.reduce((sum, each) => sum + (each?.count ?? 0), 0)).toBe(gaps)
      expect(known.flatMap(each => each?.probabilities ?? []).reduce((a, b) => a + b, 0)).toBe(gaps)
    }
  })
})

it('the last live figures of a shard show nobody under way', async () => {
  const server = await target()
  const snapshots: Uint8Array[] = []
  const port = async (bytes: Uint8Array) => void snapshots.push(bytes)
  const outcome = await run(scenario(server.url, [closed(5, 200)], [flow([get('/')])]), { ports: { snapshot: port } })
  const live = mergeSnapshots(snapshots.slice(-1), outcome.plan)
  expect(live.users).toBe(0)
  expect(live.requests).toBe(server.seen.length)
})

it('a snapshot that is never stored does not keep the result', async () => {
  const server = await target()
  const port = () => new Promise<void>(() => undefined)
  const { measurements } = await run(scenario(server.url, [open(50, 100)], [flow([get('/')])]), {
    ports: { snapshot: port },
  })
  expect(measurements.arrivals(0)?.started).toBe(5)
})
