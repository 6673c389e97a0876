import { lengthMs, phaseSpan } from '../judge/judged-time.ts'
import { trustChecks } from '../judge/trust-checks.ts'
import type { Verdict } from '../judge/verdict.ts'
import { judgedPhases, mergedArrivals, mergedFigures, mergedFlow, warmupPhases } from '../measure/merged-figures.ts'
import type { Summary } from '../measure/summary.ts'
import type { Plan, PlannedPhase } from '../plan/plan.ts'
import { loadLengthMs } from './load-length.ts'
import type { Report } from './report.ts'
import { distribution } from './report-distribution.ts'
import { latencyFigures, reportFigures } from './report-figures.ts'
import { reportGenerators } from './report-generators.ts'
import { reportIntervals } from './report-intervals.ts'

/** What is known of a run beside its plan and its measurements. */
export type RunFacts = {
  readonly version: string
  /** As typed. */
  readonly command: string
  /** ISO UTC; the start of the load where no generator has told its own. */
  readonly createdAt: string
  readonly endedAtMs: number
}

export type ReportInput = {
  readonly plan: Plan
  readonly summary: Summary
  readonly verdict: Verdict
  readonly run: RunFacts
  readonly cost?: Report['cost']
}

/**
 * The run as `squall.report.v1`. Totals, requests and flows are those of judged phases; warm-up stands beside them in the
 * same shape. A figure that was not measured is absent.
 */
export function buildReport({ plan, summary, verdict, run, cost }: ReportInput): Report {
  const { measurements } = summary
  const judged = judgedPhases(plan)
  const warmup = warmupPhases(plan)
  const lengthOf = (phases: readonly number[]) =>
    lengthMs(plan.phases.filter(one => phases.includes(one.index)).map(one => phaseSpan(summary, one)))
  const judgedMs = lengthOf(judged)
  const total = mergedFigures(measurements, judged)
  const durationMs = loadLengthMs(plan, summary)
  return {
    schema: 'squall.report.v1',
    run: runFacts(plan, summary, run, durationMs, judgedMs),
    verdict: { result: verdict.result, reasons: verdict.reasons, thresholds: verdict.thresholds },
    total: reportFigures(total, judgedMs),
    ...(warmup.length === 0 ? {} : { warmup: reportFigures(mergedFigures(measurements, warmup), lengthOf(warmup)) }),
    requests: plan.requestNames.map((name, place) => ({
      name,
      ...reportFigures(mergedFigures(measurements, judged, place), lengthOf(trackPhases(plan, summary, judged, place))),
    })),
    flows: plan.flowNames.map((name, place) => {
      const flow = mergedFlow(measurements, judged, place)
      return {
        name,
        iterations: flow.iterations,
        failures: flow.failures,
        durationMs: latencyFigures(flow.durations),
      }
    }),
    phases: plan.phases.flatMap(phase => reportPhase(plan, summary, phase)),
    arrivals: reportArrivals(plan, summary, judged),
    interrupted: measurements.interrupted,
    lost: summary.lost,
    intervals: reportIntervals(plan, measurements, durationMs),
    distribution: distribution(total),
    generators: reportGenerators(plan, summary),
    trust: trustChecks(plan, summary),
    findings: verdict.findings,
    ...(cost === undefined ? {} : { cost }),
  }
}

/** The judged phases of the tracks that send a request: a flow with a load of its own has its own length. */
function trackPhases(plan: Plan, summary: Summary, judged: readonly number[], request: number): readonly number[] {
  const sent = judged.filter(index => summary.measurements.figures(index, request) !== undefined)
  const tracks = new Set(sent.map(index => plan.phases[index]?.track))
  return judged.filter(index => tracks.has(plan.phases[index]?.track))
}

function runFacts(plan: Plan, summary: Summary, run: RunFacts, durationMs: number, judgedMs: number): Report['run'] {
  const { scenario } = plan
  const starts = summary.generators.map(one => one.startedAtMs)
  const startedAtMs = starts.length > 0 ? Math.min(...starts) : (plan.startAtMs ?? Date.parse(run.createdAt))
  const dispatchers = new Set(summary.generators.map(one => one.dispatcher))
  return {
    id: plan.runId,
    scenario: scenario.name,
    scenarioHash: plan.scenarioHash,
    version: run.version,
    command: run.command,
    ...(scenario.environment === undefined ? {} : { environment: scenario.environment }),
    labels: scenario.labels,
    target: scenario.target,
    startedAt: new Date(startedAtMs).toISOString(),
    endedAt: new Date(run.endedAtMs).toISOString(),
    durationMs,
    judgedMs,
    intervalMs: plan.intervalMs,
    generatorCount: plan.shardCount,
    seed: plan.seed,
    dispatcher: dispatchers.size === 0 ? 'none: no generator has reported' : [...dispatchers].join('; '),
  }
}

/** Kinds of phases whose planned length is only the most that they may take. */
const BOUNDED: ReadonlySet<PlannedPhase['kind']> = new Set(['iterations', 'drain'])

/** The drain is shown where something was due in it; a pause, because the axis of time has it. */
function reportPhase(plan: Plan, summary: Summary, phase: PlannedPhase): Report['phases'] {
  const { measurements } = summary
  const { fromMs, toMs } = phaseSpan(summary, phase)
  const total = mergedFigures(measurements, [phase.index])
  if (phase.kind === 'drain' && total.count === 0) return []
  // What comes after the load has no rate.
  const rateMs = phase.kind === 'drain' || phase.kind === 'pause' ? 0 : toMs - fromMs
  return [
    {
      name: phase.name,
      text: phase.text,
      startMs: phase.startMs,
      durationMs: toMs - fromMs,
      ...(toMs < phase.startMs + phase.durationMs && !BOUNDED.has(phase.kind) ? { plannedMs: phase.durationMs } : {}),
      kind: phase.kind,
      model: phase.kind === 'open' ? 'open' : 'closed',
      warmup: phase.warmup,
      total: reportFigures(total, rateMs),
      requests: plan.requestNames.flatMap((name, place) => {
        const figures = measurements.figures(phase.index, place)
        // Those that were cut off, all of them, are in no figure.
        if (figures === undefined || figures.count + figures.generatorFaults === 0) return []
        return [{ name, ...reportFigures(figures, rateMs) }]
      }),
    },
  ]
}

function reportArrivals(plan: Plan, summary: Summary, judged: readonly number[]): Report['arrivals'] {
  const arrivals = mergedArrivals(summary.measurements, judged)
  const planned = judged.map(index => plan.phases[index]?.arrivals)
  // Only a plan that fixes the number for all of its judged phases has a number to compare with.
  const known = planned.every(count => count !== undefined) && planned.length > 0
  return {
    ...(known ? { planned: planned.reduce<number>((sum, count) => sum + (count ?? 0), 0) } : {}),
    started: arrivals.started,
    interrupted: arrivals.interrupted,
    missed: arrivals.missed,
    missedBy: Object.fromEntries(Object.entries(arrivals.missedBy).filter(([, count]) => count > 0)),
    latenessMs: latencyFigures(arrivals.lateness),
  }
}
