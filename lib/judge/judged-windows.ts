import { Observation } from '../measure/observation.ts'
import type { Summary } from '../measure/summary.ts'
import type { PlannedPhase } from '../plan/plan.ts'
import type { Threshold } from '../scenario/threshold.ts'
import { formatMs } from './format-figure.ts'
import { covers, lengthMs, phaseSpan, type Span, spansFrom } from './judged-time.ts'

export type Window = Span & { readonly observation: Observation; readonly seconds: number; readonly text: string }

/**
 * The windows that are judged: those that lie wholly in the time of the scope's phases, so that no rate is taken over a
 * window that was cut short. Without `every` it is one window, from `after` to the end, whatever its length.
 */
export function windowsOf(threshold: Threshold, summary: Summary, phases: readonly PlannedPhase[]): readonly Window[] {
  const spans = phases.map(phase => phaseSpan(summary, phase))
  const measured = summary.measurements.windows.find(windows => windows.threshold.text === threshold.text)
  const afterMs = threshold.afterMs ?? 0
  const endMs = Math.max(0, ...spans.map(span => span.toMs))
  if (threshold.everyMs === undefined) {
    const rest = spansFrom(spans, afterMs)
    if (rest.length === 0) return []
    const observation = measured?.list[0] ?? new Observation()
    const text = `after ${formatMs(afterMs)}`
    return [{ fromMs: afterMs, toMs: endMs, observation, seconds: lengthMs(rest) / 1000, text }]
  }
  const { everyMs } = threshold
  const windows: Window[] = []
  for (let index = 0; afterMs + (index + 1) * everyMs <= endMs; index++) {
    const fromMs = afterMs + index * everyMs
    const toMs = fromMs + everyMs
    if (!covers(spans, { fromMs, toMs })) continue
    const observation = measured?.list[index] ?? new Observation()
    const text = `${formatMs(fromMs)} to ${formatMs(toMs)}`
    windows.push({ fromMs, toMs, observation, seconds: everyMs / 1000, text })
  }
  return windows
}
