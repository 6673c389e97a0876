import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import { arrivalChecks } from './check-arrivals.ts'
import { sampleCheck } from './check-samples.ts'
import { stationaryCheck } from './check-stationary.ts'
import type { TrustCheck } from './trust-check.ts'

/** What the run's figures rest on, a line each, in the order in which a reader asks. */
export function trustChecks(plan: Plan, summary: Summary): readonly TrustCheck[] {
  return [
    ...closedPhases(plan),
    ...arrivalChecks(plan, summary),
    ...stationaryCheck(plan, summary),
    ...sampleCheck(plan, summary),
  ]
}

/** A closed load is another experiment than an open one of the same rate, and its figures must not be read as one's. */
function closedPhases(plan: Plan): readonly TrustCheck[] {
  const closed = plan.phases.filter(phase => phase.judged && (phase.kind === 'closed' || phase.kind === 'iterations'))
  if (closed.length === 0) return []
  const names = closed.map(phase => `"${phase.name}"`).join(', ')
  const which = plan.phases.some(phase => phase.judged && phase.kind === 'open')
    ? `${closed.length === 1 ? 'phase' : 'phases'} ${names}: closed`
    : 'closed'
  return [
    {
      kind: 'closed',
      result: 'ok',
      text: `${which}: each user waits for its answer, so that a slow target is asked less often; an open load of the same rate would see longer response times`,
    },
  ]
}
