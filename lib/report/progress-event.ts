import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import { headline } from './headline.ts'
import { phaseLabel } from './phase-label.ts'
import { progressPhase } from './progress-phase.ts'
import type { Report, ThresholdResult } from './report.ts'

/** One line of `--json`. `atMs` is ms from the start of the load; 0 for what comes before it. */
export type ProgressEvent = { readonly v: 1; readonly atMs: number } & (
  | {
      readonly event: 'plan'
      readonly runId: string
      readonly scenario: string
      readonly target: string
      readonly loadMs: number
      readonly drainMs: number
      readonly generatorCount: number
      readonly phases: readonly {
        readonly name: string
        readonly text: string
        readonly startMs: number
        readonly durationMs: number
      }[]
    }
  | { readonly event: 'start' }
  | ({ readonly event: 'progress' } & Omit<LiveFigures, 'atMs' | 'abort'>)
  | { readonly event: 'phase'; readonly name: string; readonly text: string; readonly warmup: boolean }
  | ({ readonly event: 'threshold' } & ThresholdResult)
  | { readonly event: 'warning'; readonly text: string }
  | { readonly event: 'end'; readonly result: Report['verdict']['result']; readonly headline: string }
  | { readonly event: 'report'; readonly report: Report }
)

/**
 * Turns what happens in a run into its events, in order: plan, start, then progress with phase between, warnings, and at
 * the end one event a threshold, `end` and, last, the report.
 */
export function progressEvents() {
  let plan: Plan | undefined
  let atMs = 0
  let started = false
  const begun = new Set<number>()
  return {
    plan(made: Plan): readonly ProgressEvent[] {
      plan = made
      return [planEvent(made)]
    },
    live(live: LiveFigures): readonly ProgressEvent[] {
      // What abort thresholds are watched by is raw counts, and no figure.
      const { atMs: now, abort: _, ...figures } = live
      const events: ProgressEvent[] = []
      atMs = Math.max(0, now)
      if (!started && now >= 0) {
        started = true
        events.push({ v: 1, event: 'start', atMs: 0 })
      }
      for (const phase of plan === undefined ? [] : progressPhase(plan, now).phases) {
        if (begun.has(phase.index)) continue
        begun.add(phase.index)
        const { text, warmup, startMs } = phase
        events.push({ v: 1, event: 'phase', atMs: startMs, name: phaseLabel(phase), text, warmup })
      }
      events.push({ v: 1, event: 'progress', atMs, ...figures })
      return events
    },
    warning(text: string): readonly ProgressEvent[] {
      return [{ v: 1, event: 'warning', atMs, text }]
    },
    end(report: Report): readonly ProgressEvent[] {
      // The last snapshot may be younger than the end of the load: events never go back.
      const endMs = Math.max(atMs, report.run.durationMs)
      const { result, thresholds } = report.verdict
      return [
        ...thresholds.map(one => ({ v: 1, event: 'threshold', atMs: endMs, ...one }) as const),
        { v: 1, event: 'end', atMs: endMs, result, headline: headline(report) },
        { v: 1, event: 'report', atMs: endMs, report },
      ]
    },
  }
}

function planEvent(plan: Plan): ProgressEvent {
  return {
    v: 1,
    event: 'plan',
    atMs: 0,
    runId: plan.runId,
    scenario: plan.scenario.name,
    target: plan.scenario.target,
    loadMs: plan.loadMs,
    drainMs: plan.drainMs,
    generatorCount: plan.shardCount,
    phases: plan.phases
      .filter(phase => phase.kind !== 'drain')
      .map(({ name, text, startMs, durationMs }) => ({ name, text, startMs, durationMs })),
  }
}
