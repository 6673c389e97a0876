import { describe, expect, test } from 'vitest'
import { bytesAConnection } from '../../bench/memory.ts'
import { slopeOf } from '../../bench/slope.ts'
import { childrenSeconds, spent } from '../../bench/spent.ts'
import { spreadOf, spreadText } from '../../bench/spread.ts'
import { flowTable, ratios, throughputTable } from '../../bench/tables.ts'
import type { Round } from '../../bench/throughput.ts'

const burn = (seconds: number) => `while (process.cpuUsage().user < ${seconds * 1e6}) {}`

describe('CPU time', () => {
  test('is read from what the shell prints', () => {
    expect(childrenSeconds('hello\n0m0.001s 0m0.002s\n1m2.500s 0m0.250s\n')).toBeCloseTo(62.75)
    expect(childrenSeconds('hello\n')).toBeUndefined()
  })

  test('is that of a command, its threads and its children', async () => {
    const child = `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn(0.2))}])`
    const thread = `new (require('worker_threads').Worker)(${JSON.stringify(burn(0.2))}, { eval: true })`
    const { cpuSeconds, stdout } = await spent([process.execPath, '-e', `${child}; ${thread}; console.log('done')`])
    expect(cpuSeconds).toBeGreaterThanOrEqual(0.35)
    expect(stdout.startsWith('done\n')).toBe(true)
  })

  test('of a command that failed is none', async () => {
    await expect(spent([process.execPath, '-e', 'process.exit(7)'])).rejects.toThrow('code 7')
    await expect(spent([process.execPath, '-e', 'process.exit(7)'], { codes: [0, 7] })).resolves.toMatchObject({
      code: 7,
    })
  })
})

describe('the tables', () => {
  const round = (name: string, tool: string, requests: number, flow = false): Round => ({
    each: { name, tool, flow, tls: false, path: '/', connections: 1 } as Round['each'],
    tool,
    requests,
    cpuSeconds: 2,
    wallSeconds: 3,
  })

  test('the spread is the median and the ends', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 })
    expect(spreadOf([4, 1])).toEqual({ median: 2.5, least: 1, most: 4 })
    expect(spreadOf([])).toBeUndefined()
    expect(spreadText(spreadOf([1, 2, 3]), 1)).toBe('2.0 (1.0 to 3.0)')
    expect(spreadText(spreadOf([5, 5]), 0)).toBe('5')
  })

  test('ratios are taken round by round', () => {
    expect(ratios([2, 6, 9], [4, 6, 6])).toEqual({ median: 1, least: 0.5, most: 1.5 })
  })

  test('a case is a row, and a tool that did not run leaves its cell empty', () => {
    const rounds = [
      round('a', 'squall', 180_000),
      round('a', 'wrk', 200_000),
      round('b', 'squall', 100_000),
      round('b', 'wrk', 50_000),
      round('b', 'oha', 25_000),
    ]
    expect(throughputTable(rounds, 'wrk').split('\n')).toEqual([
      '|  | squall | oha | wrk |',
      '| --- | --- | --- | --- |',
      '| a | 0.90 |  | 100k/s |',
      '| b | 2.00 | 0.50 | 25k/s |',
    ])
  })

  test('the flow is compared with its bare request, and with other tools', () => {
    const rounds = [
      round('one', 'squall', 90_000),
      round('one', 'autocannon', 30_000),
      round('ten', 'squall', 60_000, true),
      round('ten', 'autocannon', 12_000, true),
    ]
    expect(flowTable(rounds).split('\n').slice(2)).toEqual([
      '| squall | 30k/s | 1.50 | 1.00 |',
      '| autocannon | 6k/s | 2.50 | 5.00 |',
    ])
  })

  test('what a connection takes is the difference between few and many', () => {
    const few = { users: 10, tls: false, peakBytes: 1_000_000 }
    expect(bytesAConnection(few, { users: 110, tls: false, peakBytes: 2_500_000 })).toBe(15_000)
  })
})

describe('the slope of a soak', () => {
  test('is the least-squares line, with an interval that holds the true slope about 95 times in 100', () => {
    expect(slopeOf([0, 1, 2, 3].map(x => [x, 5 + 2 * x]))).toEqual({ slope: 2, halfWidth: 0 })
    expect(slopeOf([[0, 1]])).toBeUndefined()
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed / 2 ** 32
    }
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const held = Array.from({ length: 1000 }, () => {
      const line = slopeOf(Array.from({ length: 20 }, (_, x) => [x, 3 - 0.5 * x + normal()] as const))
      return line !== undefined && Math.abs(line.slope + 0.5) <= line.halfWidth
    })
    expect(held.filter(Boolean).length).toBeGreaterThan(925)
    expect(held.filter(Boolean).length).toBeLessThan(975)
  })

  test("has Student's quantile for few points", () => {
    // x mod 2 for x from 0 to 11: the products about the means add up to 3, the squares of y about its mean to n / 4.
    const line = slopeOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(x => [x, x % 2] as const))
    const n = 12
    const squares = (n * (n * n - 1)) / 12
    const slope = 3 / squares
    const rest = n / 4 - slope * slope * squares
    expect(line?.slope).toBeCloseTo(slope, 12)
    // t of 10 degrees of freedom, 97.5 %: 2.228.
    expect(line?.halfWidth).toBeCloseTo(2.228 * Math.sqrt(rest / 10 / squares), 3)
  })
})
