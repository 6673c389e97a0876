import type { Plan } from '../plan/plan.ts'
import { type HistogramGeometry, THREE_DIGITS, TWO_DIGITS } from './histogram-geometry.ts'

/** The service time and its parts. */
const PARTS = ['service', 'connect', 'tls', 'firstByte'] as const

/** The buckets in which the service time and its parts are counted; response times always have three digits. */
export type PartsPrecision = Readonly<Record<(typeof PARTS)[number], HistogramGeometry>>

/**
 * What a threshold judges is known to three significant digits. What is only shown beside the response time is known to
 * two, which makes its histograms a fifth as large, and a merge of a thousand results a third faster.
 */
export function partsPrecision(plan: Plan): PartsPrecision {
  const judged = new Set<string>()
  for (const { subject } of plan.scenario.thresholds) {
    if (subject.kind === 'latency') judged.add(subject.latency === 'first byte' ? 'firstByte' : subject.latency)
  }
  const of = (part: (typeof PARTS)[number]) => (judged.has(part) ? THREE_DIGITS : TWO_DIGITS)
  return { service: of('service'), connect: of('connect'), tls: of('tls'), firstByte: of('firstByte') }
}

/** Three digits for all, where there is no plan to ask. */
export const FULL_PRECISION: PartsPrecision = {
  service: THREE_DIGITS,
  connect: THREE_DIGITS,
  tls: THREE_DIGITS,
  firstByte: THREE_DIGITS,
}
