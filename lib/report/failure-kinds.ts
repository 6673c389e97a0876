import { formatCount } from '../measure/format-number.ts'
import { isGeneratorFault } from '../measure/generator-fault.ts'
import type { ReportFigures } from './report.ts'

/**
 * The commonest kinds of failure in a few words: `812 status 500, 301 timeout (first byte), 100 of 4 other kinds`.
 * The generator's own faults are no failures.
 */
export function failureKinds(figures: Pick<ReportFigures, 'errors'>, most = 3): string[] {
  const kinds = new Map<string, number>()
  for (const { kind, count } of figures.errors)
    if (!isGeneratorFault(kind)) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
  const sorted = [...kinds].toSorted(([, a], [, b]) => b - a)
  const shown = sorted.slice(0, most).map(([kind, count]) => `${formatCount(count)} ${kind}`)
  const rest = sorted.slice(most)
  if (rest.length === 0) return shown
  const others = rest.reduce((sum, [, count]) => sum + count, 0)
  return [...shown, `${formatCount(others)} of ${rest.length === 1 ? 'one other kind' : `${rest.length} other kinds`}`]
}
