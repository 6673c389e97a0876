import { isGeneratorFault } from '../../measure/generator-fault.ts'
import type { WeighedFinding } from '../finding.ts'
import { plural } from '../format-figure.ts'
import { generatorLimit } from '../generator-limit.ts'
import { resourceOf } from '../scarce-resource.ts'
import { errorsWhere, type RunFacts } from './run-facts.ts'

/** The generator, and not the target, was the limit. It weighs more than anything else: the figures are its own. */
export function generatorLimited(facts: RunFacts): readonly WeighedFinding[] {
  const faults = errorsWhere(facts.total, isGeneratorFault)
  const own = facts.summary.generators.flatMap(generator => generator.faults ?? []).filter(fault => fault.count > 0)
  const late = generatorLimit(facts.summary) ?? []
  if (faults.count === 0 && own.length === 0 && late.length === 0) return []
  const counts = faults.count > 0 ? faults.kinds : own
  return [
    {
      kind: 'generator limited',
      title: 'The load generator was the limit, not the target',
      confidence: 'high',
      evidence: [
        ...counts.map(({ kind, count }) => {
          const { what, change } = resourceOf(kind)
          return `${kind}: ${plural(count, 'time')}; out of ${what}: ${change}`
        }),
        ...late,
      ],
      advice: `Change what is named here, then run the test again. ${counts.length > 0 ? 'These requests are not counted against the target.' : 'The response times are partly those of the generator.'}`,
      weight: 2,
    },
  ]
}
