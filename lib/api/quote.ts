import { admitRun, type PostedScenario } from '../workflow/admit-run.ts'
import type { RunQuote } from '../workflow/run-quote.ts'
import type { ApiPorts } from './api-ports.ts'
import { Problem } from './problem.ts'

/**
 * What a run would need and cost. What is above a limit is told beside the figures, as they are what the caller asked
 * for; a scenario that cannot be run, or not there, has none.
 */
export async function estimateOf(ports: ApiPorts, posted: PostedScenario): Promise<object> {
  const admission = await admitRun(posted, ports.rules, ports)
  if (!admission.ok && admission.kind !== 'limit')
    throw new Problem(
      admission.kind === 'bad' ? 400 : 403,
      admission.kind === 'bad' ? 'the scenario cannot be run' : 'the scenario has targets that are not allowed',
      admission.faults,
    )
  if (!admission.ok) return { ...figures(admission.quote), refusals: admission.faults }
  return { ...figures(admission.quote), refusals: [] }
}

function figures({ generators, reasons, lambdasAtOnce, plan, estimate }: RunQuote) {
  return {
    schema: 'squall.estimate.v1',
    generators,
    reasons,
    lambdasAtOnce,
    loadMs: plan.loadMs,
    legs: plan.legs.map(({ number, fromMs, toMs }) => ({ number, fromMs, toMs })),
    estimate,
    ...(estimate !== undefined && { totalUsd: estimate.totalUsd }),
  }
}
