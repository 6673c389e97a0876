import { expect, test } from 'vitest'
import { intervalBytes } from '../../bench/interval-bytes.ts'
import { pacingTable } from '../../bench/pacing.ts'
import { benchParts, fullExtent } from '../../bench/parts.ts'
import { soakTable } from '../../bench/soak.ts'
import { findCompiler } from '../../bench/truth-server.ts'

/** The cells of a table of Markdown, without its head. */
const cells = (table: string) =>
  table
    .split('\n')
    .filter(line => line.startsWith('|'))
    .slice(2)
    .map(line =>
      line
        .slice(2, -2)
        .split(' | ')
        .map(cell => cell.trim()),
    )

test.each([undefined, findCompiler()])(
  'every pacing starts what is planned, and nothing early, with %s',
  async compiler => {
    const table = await pacingTable({ compiler, warmSeconds: 0.5, seconds: 0.5, rounds: 1, rates: [100] })
    const rows = cells(table)
    expect(rows.map(([arrivals, pacing]) => `${arrivals} ${pacing}`)).toEqual([
      ...(compiler === undefined ? [] : ['100/s even C, spinning', '100/s even C, gathering']),
      ...['even', 'poisson'].flatMap(arrivals =>
        ['precise', 'default', 'frugal'].map(each => `100/s ${arrivals} ${each}`),
      ),
    ])
    for (const [, , counts, earliestMs] of rows) {
      expect(counts).toBe('100 / 100')
      expect(Number(earliestMs)).toBeGreaterThan(0)
    }
  },
)

test('a soak reads what is held while it loads', async () => {
  const text = await soakTable({ compiler: undefined, seconds: 2, ratePerSecond: 50 })
  const [, requests = '', readings = ''] = /^2 s, (\d+) requests, (\d+) readings/.exec(text) ?? []
  expect(Number(requests)).toBeGreaterThan(0)
  expect(Number(readings)).toBeGreaterThanOrEqual(3)
  const rows = cells(text)
  expect(rows.map(([name]) => name)).toEqual([
    'objects after a collection',
    'objects without the intervals',
    'code and bytecode',
    'resident set',
  ])
  for (const [, first, last] of rows) expect(Number(first) + Number(last)).toBeGreaterThan(0)
})

test('an interval of the plots takes some kilobytes, and each name of it some dozens of bytes more', () => {
  const [one, twenty] = [intervalBytes(1), intervalBytes(20)]
  expect(one).toBeGreaterThan(2048)
  expect(one).toBeLessThan(6000)
  expect(twenty).toBeGreaterThan(one + 19 * 30)
  expect(twenty).toBeLessThan(one + 19 * 200)
})

test('the results have a section for each part of the engine', () => {
  expect(benchParts.map(({ heading }) => heading.split(/[ ,]/, 1)[0])).toEqual([
    'Throughput',
    'Pacing',
    'Truth',
    'Measuring',
    'Memory',
    'Soak',
    'Start',
  ])
  expect(fullExtent.cases.length).toBe(new Set(fullExtent.cases.map(({ name }) => name)).size)
})
