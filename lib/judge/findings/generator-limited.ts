import { isGeneratorFault } from '../../measure/generator-fault.ts'
import type { WeighedFinding } from '../finding.ts'
import { plural } from '../format-figure.ts'
import { generatorLimit } from '../generator-limit.ts'
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
      evidence: [...counts.map(({ kind, count }) => `${kind}: ${plural(count, 'time')}`), ...late],
      advice:
        'Use more generators (--generators), keep connections alive, raise `ulimit -n`, or widen the range of local ports; then run the test again. These requests are not counted against the target.',
      weight: 2,
    },
  ]
}
