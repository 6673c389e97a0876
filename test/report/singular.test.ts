import { describe, expect, test } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import { reportFormatNames, reportFormats } from '../../lib/report/report-formats.ts'
import { figures, latency, passingReport } from './sample-report.ts'

const failed = figures({
  count: 1,
  medianMs: 20,
  errors: [{ kind: 'status 503', count: 1, firstMs: 10, lastMs: 10, sample: '' }],
})
const answered = figures({ count: 1, medianMs: 20 })

/** A run with one of everything. */
function oneOf(total: Report['total']): Report {
  const thresholds = passingReport.verdict.thresholds.map(one => ({ ...one, samples: 1, reason: 'p95 of one' }))
  return {
    ...passingReport,
    verdict: { result: 'inconclusive', reasons: ['p95 of one'], thresholds },
    total,
    requests: [{ name: 'GET /health', ...total }],
    flows: [{ name: 'main', iterations: 1, failures: 0, durationMs: latency(1, 18.6) }],
    phases: passingReport.phases.map(phase => ({ ...phase, model: 'closed', total, requests: [] })),
    arrivals: { planned: 1, started: 1, missed: 1, missedBy: {}, interrupted: 1, latenessMs: latency(1, 0.11) },
    interrupted: 1,
    lost: [{ shard: 0, leg: 0, share: 1, cause: 'lost' }],
  }
}

/** What is read of it: an HTML page holds styles and scripts, and text in its attributes. */
function wordsOf(rendered: string): string {
  return rendered.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<\/?(b|ul|li|p|span)\b[^>]*>|\*\*/g, ' ')
}

describe.each([
  ['that failed', failed],
  ['that was answered', answered],
])('a report of one request %s', (_, total) => {
  test.each(reportFormatNames)('as %s has no "1 requests" in it', async format => {
    const words = wordsOf(await reportFormats[format].render(oneOf(total), { width: 100 }))
    const counted = words.match(
      /(?<![\d.,/:-])1\s+(users|requests|failures|iterations|successes|samples|generators|shards|answers|names|were)\b/g,
    )
    expect(counted ?? []).toEqual([])
  })
})
