import type { Summary } from '../measure/summary.ts'
import { estimateCost, priceUsage, totalUsd } from '../plan/estimate.ts'
import { generatorMs } from '../plan/generator-time.ts'
import type { Plan } from '../plan/plan.ts'
import type { Prices } from '../plan/price-table.ts'
import { type CostAssumptions, DEFAULT_ASSUMPTIONS, START_MS, UPLOAD_MS, usageOf } from '../plan/run-usage.ts'
import type { ReportCost } from './report.ts'

/**
 * The cost of a run in the cloud, by what was counted: how long each generator ran, its snapshots and readings of the
 * control item, the bytes of requests and answers, and how long the run was watched. A lost generator is counted as long
 * as it may have run. What nobody counts (calls of followers, what other functions took, retries) is as in the estimate.
 */
export function actualCost(
  plan: Plan,
  summary: Summary,
  run: { readonly endedAtMs: number; readonly prices: Prices; readonly assumptions?: CostAssumptions },
): ReportCost {
  const { prices, assumptions = DEFAULT_ASSUMPTIONS } = run
  const estimate = estimateCost(plan, prices, assumptions)
  const told = summary.generators.flatMap(({ usage }) => usage ?? [])
  const common = { estimateUsd: estimate.totalUsd, region: prices.region, priceDate: prices.date }
  if (told.length === 0) return { ...common, items: estimate.items }
  const lostMs = summary.lost.map(({ leg }) => generatorMs(plan, leg) + UPLOAD_MS)
  const ranMs = told.map(each => each.ranMs + START_MS + UPLOAD_MS)
  const bytes = transferred(plan, summary)
  const figures = {
    generatedMs: sum(ranMs) + sum(lostMs),
    watchedMs: Math.max(0, run.endedAtMs - Date.parse(plan.legs[0]?.invokeAt ?? '')),
    snapshots: sum(told.map(each => each.snapshots)) + Math.floor(sum(lostMs) / plan.snapshotEveryMs),
    controlReads: sum(told.map(each => each.controlReads)) + Math.ceil(sum(lostMs) / plan.controlEveryMs),
    bytesOut: bytes.sent,
    bytesIn: bytes.received,
  }
  // Of a run that was stopped, legs to come were never invoked.
  const begun = new Set([...summary.generators, ...summary.lost].map(({ leg }) => leg))
  const legs = plan.legs.filter(({ number }) => begun.has(number))
  const items = priceUsage(usageOf({ ...plan, legs }, figures, assumptions), prices)
  return { ...common, actualUsd: totalUsd(items), items }
}

/** Warm-up and drain included: the network does not ask what is judged. */
function transferred({ phases, requestNames }: Plan, { measurements }: Summary): { sent: number; received: number } {
  let sent = 0
  let received = 0
  for (const { index } of phases)
    requestNames.forEach((_, place) => {
      const figures = measurements.figures(index, place)
      sent += figures?.bytesSent ?? 0
      received += figures?.bytesReceived ?? 0
    })
  return { sent, received }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
