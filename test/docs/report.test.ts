import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ReportFigures } from '../../lib/report/report.ts'
import { SAMPLES } from '../report/sample-report.ts'
import { chapter } from './markdown.ts'

const page = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8')

/** The keys in the first cells of a chapter's tables; `?` marks one that may be absent. */
function keysOf(title: string): readonly string[] {
  return [...chapter(page, title).matchAll(/^\| `([^`]+)` \|/gm)].map(match => match[1] ?? '')
}

const names = (title: string) => keysOf(title).map(key => key.replace('?', ''))
const needed = (title: string) => keysOf(title).filter(key => !key.endsWith('?'))

/** What an object of a report has to have and may have, by the page. */
function expectKeys(title: string, objects: readonly object[], extra: readonly string[] = []): void {
  for (const one of objects) {
    const keys = Object.keys(one)
    expect(keys.filter(key => !names(title).includes(key) && !extra.includes(key))).toEqual([])
    expect(needed(title).filter(key => !keys.includes(key))).toEqual([])
  }
}

describe.each(SAMPLES.map(([name, report]) => ({ name, report })))(
  'docs/report.md and the $name report',
  ({ report }) => {
    it('agree on the whole and on the run', () => {
      expectKeys('The whole', [report])
      expectKeys('run', [report.run])
    })

    it('agree on the verdict and its thresholds', () => {
      const [own, each] = [chapter(page, 'verdict'), report.verdict.thresholds]
      expect(Object.keys(report.verdict).every(key => own.includes(`\`${key}\``))).toBe(true)
      for (const threshold of each)
        expect(Object.keys(threshold).filter(key => !names('verdict').includes(key))).toEqual([])
    })

    it('agree on figures, wherever they stand', () => {
      const phases = report.phases.flatMap(phase => [phase.total, ...phase.requests])
      const figures: readonly ReportFigures[] = [report.total, ...report.requests, ...phases]
      expectKeys('figures', figures, ['name'])
    })

    it('agree on the lists', () => {
      expectKeys('flows', report.flows)
      expectKeys('phases', report.phases)
      expectKeys('arrivals', [report.arrivals])
      expectKeys('intervals', report.intervals)
      expectKeys('distribution', report.distribution)
      expectKeys('generators', report.generators)
      expectKeys('trust', report.trust ?? [])
      expectKeys('findings', report.findings)
      const items = ['name', 'quantity', 'unit', 'unitUsd', 'usd']
      for (const cost of report.cost === undefined ? [] : [report.cost]) {
        expect(Object.keys(cost).filter(key => !names('cost').includes(key))).toEqual([])
        for (const item of cost.items) expect(Object.keys(item).sort()).toEqual(items)
      }
    })
  },
)

it('docs/report.md has every key of the type, and no other', () => {
  const source = [
    'lib/report/report.ts',
    'lib/judge/threshold-result.ts',
    'lib/judge/finding.ts',
    'lib/judge/trust-check.ts',
  ]
    .map(
      path =>
        readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').split('/**\n * A finding with its place')[0],
    )
    .join('\n')
  const declared = new Set([...source.matchAll(/readonly '?([\w.]+)'?\??:/g)].map(match => match[1] ?? ''))
  const written = new Set([...page.matchAll(/`([\w.]+)\??`/g)].map(match => match[1] ?? ''))
  expect([...declared].filter(key => !written.has(key))).toEqual([])
  const documented = [...page.matchAll(/^\| `([^`?]+)\??` \|/gm)].map(match => match[1] ?? '')
  expect(documented.filter(key => !declared.has(key))).toEqual([])
})
