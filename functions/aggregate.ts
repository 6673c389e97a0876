import { type JudgeContext, judge } from '../lib/judge/verdict.ts'
import { decodeSummary, mergeSummaries, type Summary } from '../lib/measure/summary.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { buildReport } from '../lib/report/build-report.ts'
import { headline } from '../lib/report/headline.ts'
import type { Report } from '../lib/report/report.ts'
import { getArtifact, needArtifact, putArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import type { Control } from '../lib/store/run-store.ts'
import { runOutside } from '../lib/workflow/before-after.ts'
import type { Ports, VerdictEvent } from '../lib/workflow/ports.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'
import { thresholdStop } from '../lib/workflow/stop-reason.ts'
import { runInput } from '../lib/workflow/task-input.ts'
import { mergeLeg } from './merge.ts'

/**
 * State Aggregate: runs `after:`, merges the legs exactly, judges, and stores the report and the verdict. Done twice it
 * returns the verdict that is already written.
 */
export const aggregate =
  (ports: Ports) =>
  async (input: unknown): Promise<VerdictEvent> => {
    const { runId } = runInput(input)
    const { objects, runs, epochMs } = ports
    const written = await getArtifact<Report>(objects, keys.report(runId, 'report.json'), 'squall.report.v1')
    if (written === undefined) {
      const request = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
      const plan = await needArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
      await runOutside(ports, plan, 'after')
      const legs: Summary[] = []
      for (const { number } of plan.legs) {
        const bytes = await objects.get(keys.legSummary(runId, number))
        // A leg whose Merge failed for good is merged here: a late summary is better than a lost one.
        legs.push(bytes === undefined ? await mergeLeg(objects, plan, number) : decodeSummary(bytes, plan))
      }
      const summary = mergeSummaries(plan, legs)
      const verdict = judge(plan, summary, stopped(summary, await runs.control(runId)))
      const report = buildReport({ plan, summary, verdict, run: { ...request, endedAtMs: epochMs() } })
      const { renderHtml } = await import('../lib/report/html.ts')
      await objects.put(keys.report(runId, 'report.html'), new TextEncoder().encode(renderHtml(report)))
      await objects.delete(keys.before(runId))
      // Last, because a written report means that this state has nothing left to do.
      await putArtifact<Report>(objects, keys.report(runId, 'report.json'), report)
    }
    const report =
      written ?? (await needArtifact<Report>(objects, keys.report(runId, 'report.json'), 'squall.report.v1'))
    const { run, verdict } = report
    await runs.update(runId, {
      state: 'done',
      endedAt: run.endedAt,
      verdict: verdict.result,
      headline: headline(report),
    })
    return { runId, scenario: run.scenario, verdict: verdict.result, headline: headline(report) }
  }

/** Whether the load was cut short, when (by the first generator that stopped) and by whom. */
function stopped(summary: Summary, control: Control | undefined): JudgeContext {
  const instants = summary.generators.flatMap(({ stoppedAtMs }) => (stoppedAtMs === undefined ? [] : [stoppedAtMs]))
  if (instants.length === 0) return {}
  const atMs = Math.min(...instants)
  const threshold = control?.abort === undefined ? undefined : thresholdStop.parse(control.abort)
  return { stopped: threshold === undefined ? { atMs, cause: 'user' } : { atMs, cause: 'threshold', threshold } }
}
