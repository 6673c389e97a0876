import type { Finding } from '../lib/judge/finding.ts'
import { type JudgeContext, judge, type VerdictResult } from '../lib/judge/verdict.ts'
import { type Summary, SummaryMerge } from '../lib/measure/summary.ts'
import type { Plan } from '../lib/plan/plan.ts'
import { buildReport } from '../lib/report/build-report.ts'
import { headline } from '../lib/report/headline.ts'
import type { Report } from '../lib/report/report.ts'
import { getArtifact, needArtifact, putArtifact } from '../lib/store/artifact.ts'
import { keys } from '../lib/store/keys.ts'
import type { Control, RunRecord } from '../lib/store/run-store.ts'
import { storedVerdict } from '../lib/store/stored-verdict.ts'
import { runAfterOnce } from '../lib/workflow/after-once.ts'
import { legProgress } from '../lib/workflow/leg-progress.ts'
import type { Ports, VerdictEvent } from '../lib/workflow/ports.ts'
import { runCost } from '../lib/workflow/run-cost.ts'
import type { RunRequest } from '../lib/workflow/run-request.ts'
import { causeOfStop } from '../lib/workflow/stop-reason.ts'
import { runInput } from '../lib/workflow/task-input.ts'
import { undoBeforeOfDead } from '../lib/workflow/undo-before.ts'
import { mergeLeg } from './merge.ts'

/**
 * State Aggregate: runs `after:`, merges the legs exactly, judges, and stores the reports and the verdict. Done twice it
 * returns the verdict that is already written. A run that was never planned has none, and is recorded as refused.
 */
export const aggregate =
  (ports: Ports) =>
  async (input: unknown): Promise<VerdictEvent> => {
    const { runId } = runInput(input)
    const { objects, runs } = ports
    const plan = await getArtifact<Plan>(objects, keys.plan(runId), 'squall.plan.v1')
    if (plan === undefined) return refused(ports, runId)
    const written = await getArtifact<Report>(objects, keys.report(runId, 'report.json'), 'squall.report.v1')
    const report = written ?? (await makeReport(ports, plan))
    const { run, verdict } = report
    const { endedAt } = run
    const cost = report.cost?.actualUsd === undefined ? {} : { costUsd: report.cost.actualUsd }
    await runs.finish(
      runId,
      { state: 'done', endedAt, verdict: verdict.result, headline: headline(report), ...cost },
      storedVerdict({ runId, scenario: run.scenario, headline: headline(report), endedAt, ...verdict, ...cost }),
    )
    return verdictEvent(await runs.get(runId), runId, run.scenario, verdict.result, headline(report))
  }

function verdictEvent(
  record: RunRecord | undefined,
  runId: string,
  scenario: string,
  verdict: VerdictResult,
  headline: string,
): VerdictEvent {
  const { schedule } = record ?? {}
  return { runId, scenario, verdict, headline, ...(schedule !== undefined && { schedule }) }
}

async function makeReport(ports: Ports, plan: Plan): Promise<Report> {
  const { objects, runs, epochMs } = ports
  const { runId } = plan
  const request = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
  const after = await runAfterOnce(ports, plan)
  const control = await runs.control(runId)
  const summary = await mergeLegs(objects, plan, control?.abort !== undefined)
  const judged = judge(plan, summary, stopped(summary, control))
  const verdict = after === undefined ? judged : { ...judged, findings: [...judged.findings, afterFailed(after)] }
  const report = buildReport({
    plan,
    summary,
    verdict,
    run: { ...request, endedAtMs: epochMs() },
    ...runCost(ports, plan, summary),
  })
  const { reportFormats } = await import('../lib/report/report-formats.ts')
  for (const name of ['html', 'markdown', 'junit', 'csv'] as const) {
    const { render, extension } = reportFormats[name]
    const text = await render(report)
    await objects.put(keys.report(runId, `report.${extension}`), new TextEncoder().encode(text))
  }
  await objects.delete(keys.before(runId))
  // Last, because a written report means that this state has nothing left to do.
  await putArtifact<Report>(objects, keys.report(runId, 'report.json'), report)
  return report
}

/** Merges the legs' summaries one after another: there is never more of them in memory than one. */
async function mergeLegs(objects: Ports['objects'], plan: Plan, stopped: boolean): Promise<Summary> {
  const merge = new SummaryMerge(plan)
  for (const { number } of plan.legs) {
    const bytes = await objects.get(keys.legSummary(plan.runId, number))
    // A leg whose Merge failed for good, or whose summary is damaged, is merged here: a late summary is better than a lost
    // one. After a stop there are legs whose generators never began, and nothing is lost that was never begun.
    if (bytes !== undefined && added(merge, bytes)) continue
    if (!stopped || (await isBegun(objects, plan, number))) merge.addSummary(await mergeLeg(objects, plan, number))
  }
  return merge.summary()
}

/** False, and nothing is added, where the bytes are not a summary: their checksum stands before all else. */
function added(merge: SummaryMerge, bytes: Uint8Array): boolean {
  try {
    merge.addSummary(bytes)
    return true
  } catch {
    return false
  }
}

async function isBegun(objects: Ports['objects'], plan: Plan, leg: number): Promise<boolean> {
  const { claimed, ended } = await legProgress(objects, plan, leg, 0)
  return claimed + ended > 0
}

/** Whoever waits for the verdict of a nightly run has to hear that there is none. */
async function refused(ports: Ports, runId: string): Promise<VerdictEvent> {
  const { runs, epochMs } = ports
  const record = await runs.get(runId)
  const reason = record?.headline ?? (await runs.control(runId))?.abort ?? 'it was never planned'
  const endedAt = new Date(epochMs()).toISOString()
  await runs.update(runId, { state: 'refused', endedAt, headline: reason }, ['planned', 'running'])
  // What Plan's function, if it goes on, finds refused now, it cleans up itself.
  const headline = await undoBeforeOfDead(ports, runId, reason)
  if (headline !== reason) await runs.update(runId, { headline }, ['refused'])
  return verdictEvent(record, runId, record?.scenario ?? '-', 'inconclusive', `not started: ${headline}`)
}

function afterFailed(failure: string): Finding {
  return {
    kind: 'after failed',
    title: 'the steps of after: failed; the verdict does not depend on them',
    confidence: 'high',
    evidence: [failure],
    advice: 'What the run made may still be there: clean it up, and see squall try.',
  }
}

/**
 * Whether somebody, a threshold or the budget stopped the load, and when (by the first generator that stopped). A generator
 * that stopped by itself, for want of a sign of life, was stopped by nobody: the verdict names it as what it is.
 */
function stopped(summary: Summary, control: Control | undefined): JudgeContext {
  const instants = summary.generators.flatMap(({ stoppedAtMs }) => (stoppedAtMs === undefined ? [] : [stoppedAtMs]))
  if (instants.length === 0 || control?.abort === undefined) return {}
  const atMs = Math.min(...instants)
  return { stopped: { atMs, ...causeOfStop(control.abort) } }
}
