import type { Figures } from '../measure/figures.ts'
import type { Histogram } from '../measure/histogram.ts'
import { middleUs } from '../measure/histogram-geometry.ts'
import type { Report } from './report.ts'

/** Bands to a factor of ten: each is 12 % wider than the one before, wide enough for 0.1 % buckets to fall into whole. */
const BANDS_PER_DECADE = 20

const bandOf = (us: number) => Math.floor(Math.log10(Math.max(1, us)) * BANDS_PER_DECADE + 1e-9)
const edgeMs = (band: number) => Number((10 ** (band / BANDS_PER_DECADE) / 1000).toPrecision(4))

/**
 * Response times in bands of equal logarithmic width, from the first to the last that is not empty. A bucket of the
 * histogram counts in the band of its middle.
 */
export function distribution(figures: Pick<Figures, 'success' | 'failed'>): Report['distribution'] {
  const successes = bands(figures.success)
  const failures = bands(figures.failed)
  const used = [...successes.keys(), ...failures.keys()]
  if (used.length === 0) return []
  const first = Math.min(...used)
  return Array.from({ length: Math.max(...used) - first + 1 }, (_, at) => ({
    fromMs: edgeMs(first + at),
    toMs: edgeMs(first + at + 1),
    successes: successes.get(first + at) ?? 0,
    failures: failures.get(first + at) ?? 0,
  }))
}

function bands(histogram: Histogram | undefined): Map<number, number> {
  const counts = new Map<number, number>()
  histogram?.forEachCount((index, count) => {
    const band = bandOf(middleUs(histogram.geometry, index))
    counts.set(band, (counts.get(band) ?? 0) + count)
  })
  return counts
}
