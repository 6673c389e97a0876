import { expect, test } from 'vitest'
import { pacingTable } from '../../bench/pacing.ts'
import { benchParts, fullExtent } from '../../bench/parts.ts'
import { soakTable } from '../../bench/soak.ts'

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

test('every pacing method starts what is planned, and nothing before its time', async () => {
  const table = await pacingTable({ compiler: undefined, seconds: 0.5, rounds: 1, rates: [100] })
  const rows = cells(table)
  expect(rows.map(([arrivals, pacing]) => `${arrivals} ${pacing}`)).toEqual(
    ['even', 'poisson'].flatMap(arrivals => ['precise', 'default', 'frugal'].map(each => `100/s ${arrivals} ${each}`)),
  )
  for (const [, , counts, earliestMs] of rows) {
    expect(counts).toBe('150 / 150')
    expect(Number(earliestMs)).toBeGreaterThan(0)
  }
})

test('a soak reads what is held while it loads', async () => {
  const text = await soakTable({ compiler: undefined, seconds: 2, ratePerSecond: 50 })
  const [, requests = '', readings = ''] = /^2 s, (\d+) requests, (\d+) readings/.exec(text) ?? []
  expect(Number(requests)).toBeGreaterThan(0)
  expect(Number(readings)).toBeGreaterThanOrEqual(3)
  for (const [, first, last] of cells(text)) expect(Number(first) + Number(last)).toBeGreaterThan(0)
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
