import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import { pricesOf } from '../plan/price-table.ts'
import { DEFAULT_ASSUMPTIONS } from '../plan/run-usage.ts'
import type { CostBasis } from '../plan/running-cost.ts'
import { actualCost } from '../report/actual-cost.ts'
import type { Report } from '../report/report.ts'
import type { Ports, Pricing } from './ports.ts'

/** What a run in the cloud cost, for its report; nothing for one on this machine. */
export function runCost(
  { planning, epochMs }: Pick<Ports, 'planning' | 'epochMs'>,
  plan: Plan,
  summary: Summary,
): Pick<Report, 'cost'> {
  if (planning.kind !== 'cloud') return {}
  return { cost: actualCost(plan, summary, { endedAtMs: epochMs(), ...costBasis(planning.pricing) }) }
}

export function costBasis({ region, network, retentionDays }: Pricing): CostBasis {
  return { prices: pricesOf(region), assumptions: { ...DEFAULT_ASSUMPTIONS, network, retentionDays } }
}
