import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorAdvice, httpFailure } from '../../lib/generate/error-kind.ts'
import { MISS_CAUSES } from '../../lib/measure/arrival-figures.ts'
import { isGeneratorFault } from '../../lib/measure/generator-fault.ts'
import { percentileRanks95 } from '../../lib/measure/percentile-interval.ts'
import { samplesNeeded } from '../../lib/measure/percentile-rank.ts'
import { chapter, column } from './markdown.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/measurement.md')
const inOneLine = page.replaceAll(/\s+/g, ' ')

/** The kinds that the code declares; the table itself is private to it. */
function declaredKinds(): readonly string[] {
  const source = read('lib/generate/error-kind.ts')
  const from = source.indexOf('const kinds')
  const table = source.slice(from, source.indexOf('\n}\n', from))
  return [...table.matchAll(/^ {2}(?:'([^']+)'|(\w+)): \{/gm)].map(match => match[1] ?? match[2] ?? '')
}

function documentedKinds(): readonly (readonly [string, string, string])[] {
  const text = chapter(page, 'Success, failure, neither').split('### Without a complete answer')[1] ?? ''
  const rows = [...text.matchAll(/^\| `([^`]+)` \| (.*?) \| (.*) \|$/gm)]
  return rows.map(([, kind = '', latency = '', meaning = '']) => [kind, latency, meaning] as const)
}

describe('docs/measurement.md', () => {
  it('has every error kind, in the order of the code', () => {
    const declared = declaredKinds()
    expect(declared.length).toBeGreaterThan(20)
    expect(documentedKinds().map(([kind]) => kind)).toEqual(declared)
  })

  it.each(documentedKinds())('says of %s what the code does', (kind, latency, meaning) => {
    const fault = isGeneratorFault(kind)
    expect(latency).toBe(fault ? 'generator fault' : httpFailure(kind, '').hasLatency ? 'yes' : 'no')
    expect(meaning).toBe(errorAdvice(kind))
  })

  it('has every cause for which an iteration is missed', () => {
    expect(column(chapter(page, 'Iterations planned, started, missed'))).toEqual(MISS_CAUSES)
  })

  it('has every finding', () => {
    const imports = read('lib/judge/findings.ts').matchAll(/from '\.\/(findings\/(?!run-facts)[\w-]+\.ts)'/g)
    const sources = [...imports].map(match => read(`lib/judge/${match[1]}`))
    const kinds = sources.flatMap(source => [...source.matchAll(/^ +kind: '([^']+)'/gm)].map(match => match[1] ?? ''))
    const documented = [...chapter(page, 'Findings').matchAll(/^\| (`.*?) \|/gm)].flatMap(match =>
      [...(match[1] ?? '').matchAll(/`([^`]+)`/g)].map(kind => kind[1] ?? ''),
    )
    expect(documented.toSorted()).toEqual([...new Set(kinds)].toSorted())
  })

  it.each([50, 95, 99, 99.9])('has the samples that p%d needs, and those that bound it on both sides', percentile => {
    const needed = samplesNeeded(percentile)
    let bounded = needed
    for (let found = false; !found; bounded += found ? 0 : 1) {
      const { low, high } = percentileRanks95(percentile, bounded)
      found = low >= 1 && high <= bounded
    }
    const cells = (row: string) =>
      (new RegExp(`^\\| ${row} \\|(.*)\\|$`, 'm').exec(page)?.[1] ?? '').split('|').map(cell => cell.trim())
    const place = cells('percentile').indexOf(`p${percentile}`)
    expect(place).toBeGreaterThanOrEqual(0)
    expect(cells('samples needed')[place]).toBe(needed.toLocaleString('en'))
    expect(cells('for a two-sided interval')[place]).toBe(bounded.toLocaleString('en'))
  })

  // Most of these constants are private to their files. Who changes one is sent here, and to the page.
  it.each([
    ['lib/measure/histogram.ts', 'LONGEST_US = 3_600_000_000', 'above an hour as an hour'],
    ['lib/measure/histogram-geometry.ts', 'geometry(3, 10)', '1,024 an octave'],
    ['lib/measure/histogram-geometry.ts', 'geometry(2, 7)', '128 an octave (two digits) | 0.8 %'],
    ['lib/measure/histogram-geometry.ts', 'geometry(1, 4)', '16 buckets an octave, known to 6.3 %'],
    ['lib/measure/error-counts.ts', 'MOST_ERROR_KINDS = 100', 'At most 100 kinds a request name'],
    ['lib/measure/percentile-interval.ts', 'MOST_EXACT_VARIANCE = 10_000', 'exactly up to a variance of 10,000'],
    [
      'lib/plan/interval.ts',
      '1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000',
      '1, 2, 5, 10, 20, 30, 60 and 120 s',
    ],
    ['lib/plan/interval.ts', 'MOST_INTERVALS = 720', 'that gives at most 720'],
    ['lib/plan/open-users.ts', 'MOST_DERIVED_USERS = 10_000', 'at most 10,000 and no more than descriptors'],
    ['lib/generate/ready-grace.ts', 'READY_GRACE_US = 100_000', 'ready more than 100 ms after the start'],
    ['lib/generate/pacer.ts', 'SLEEP_ABOVE_US = 2000', 'sleeps in a timer until 2 ms before'],
    ['lib/generate/timeout-sweep.ts', 'timeoutMs / 16', '6.25 % of its length late'],
    ['lib/judge/trust.ts', 'MOST_MISSED_SHARE = 0.01', 'above 1 % of the planned iterations'],
    ['lib/judge/generator-limit.ts', 'BUSY_CPU_SHARE = 0.9', 'above 90 % of a core'],
    ['lib/judge/generator-limit.ts', 'LATE_MS = 10', 'p99 lateness above 10 ms'],
    ['lib/judge/generator-limit.ts', 'LATE_SHARE = 0.1', 'a tenth of the response times'],
    ['lib/judge/generator-limit.ts', 'MUCH_GC_SHARE = 0.2', 'above 20 % of the time in garbage collection'],
    ['lib/judge/generator-limit.ts', 'SATURATED_CPU_SHARE = 0.95', 'above 95 % of a core'],
    ['lib/judge/generator-limit.ts', 'LEAST_SATURATED_MS = 3000', '3 s of them at least'],
    ['lib/judge/check-stationary.ts', 'DOUBTFUL_CHANGE = 0.1', 'above 10 % from start to end'],
    ['lib/judge/check-arrivals.ts', 'MOST_DISTANCE = 0.05', 'at most 0.05'],
    ['lib/judge/generator-limit.ts', 'Math.max(100, p95Ms / 2)', 'p99 lateness above 100 ms and half of that p95'],
    ['lib/judge/abort-breach.ts', 'SHORTEST_RATE_MS = 10_000', 'a rate is watched after 10 s'],
    ['lib/scenario/parse-thresholds.ts', "parseThreshold('errors < 1%')", '`errors < 1%` is added'],
  ])('%s: %s', (file, code, text) => {
    expect(read(file)).toContain(code)
    expect(inOneLine).toContain(text)
  })
})
