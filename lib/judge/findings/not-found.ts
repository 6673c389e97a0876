import type { WeighedFinding } from '../finding.ts'
import { formatShare, plural } from '../format-figure.ts'
import { answersWith, type RunFacts } from './run-facts.ts'

/**
 * A request name that mostly fails with 404 or 405: the scenario asks for something that is not there. Where such an answer
 * is what a check asks for, nothing has failed.
 */
export function notFound({ names, total }: RunFacts): readonly WeighedFinding[] {
  const wrong = names.filter(({ figures }) => wrongOf(figures) >= 3 && wrongOf(figures) > figures.count / 2)
  const [first] = wrong
  if (first === undefined) return []
  const count = wrong.reduce((sum, { figures }) => sum + wrongOf(figures), 0)
  const others = wrong.length === 1 ? '' : ` and ${wrong.length - 1} more`
  return [
    {
      kind: 'not found',
      title: `${first.name}${others} is not there: status 404 or 405`,
      confidence: 'high',
      evidence: wrong
        .slice(0, 5)
        .map(({ name, figures }) => `${name}: ${wrongOf(figures)} of ${plural(figures.count, 'request')}`),
      advice: `Check the path and the method, and the base path of the target. They are ${formatShare(count / Math.max(1, total.count))} of the requests, and a missing page is answered faster than a real one.`,
      weight: count / Math.max(1, total.count),
    },
  ]
}

function wrongOf(figures: Parameters<typeof answersWith>[0]): number {
  return Math.min(answersWith(figures, 404, 405), figures.failures + figures.retried)
}
