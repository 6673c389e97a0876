import type { Plan } from '../plan/plan.ts'
import { type HistogramGeometry, THREE_DIGITS, TWO_DIGITS } from './histogram-geometry.ts'

/** Parts of a response time. */
const PARTS = ['connect', 'tls', 'firstByte'] as const

/** The buckets in which the parts of a response time are counted; response and service times always have three digits. */
export type PartsPrecision = Readonly<Record<(typeof PARTS)[number], HistogramGeometry>>

/**
 * What a threshold judges is known to three significant digits. The other parts are only shown, and two digits make their
 * histograms a fifth as large.
 */
export function partsPrecision(plan: Plan): PartsPrecision {
  const judged = new Set<string>()
  for (const { subject } of plan.scenario.thresholds) {
    if (subject.kind === 'latency') judged.add(subject.latency === 'first byte' ? 'firstByte' : subject.latency)
  }
  const of = (part: (typeof PARTS)[number]) => (judged.has(part) ? THREE_DIGITS : TWO_DIGITS)
  return { connect: of('connect'), tls: of('tls'), firstByte: of('firstByte') }
}

/** Three digits for all, where there is no plan to ask. */
export const FULL_PRECISION: PartsPrecision = {
  connect: THREE_DIGITS,
  tls: THREE_DIGITS,
  firstByte: THREE_DIGITS,
}
