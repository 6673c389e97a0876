import { monotonicClock } from '../generate/clock.ts'
import { type ControlWatch, watchControl } from '../generate/control-watch.ts'
import type { StepsResult } from '../generate/run-steps.ts'
import type { Plan } from '../plan/plan.ts'
import { noteBefore, readAttachedFiles, readBefore, storeBefore } from './attachments.ts'
import { keepBeat } from './beat.ts'
import { openDispatchers } from './open-dispatchers.ts'
import type { Ports } from './ports.ts'
import { secretValues } from './secrets.ts'

/**
 * Runs a scenario's `before:` or `after:` once for the whole run, outside of what is measured. An abort ends `before:`,
 * while `after:` is there to be run after one. The beat is raised meanwhile: nobody is to take the run for lost. What takes
 * longer than `longestMs` is ended, and has failed. What `before:` saves is stored, until it fails if it does. The engine is
 * loaded only where there is something to run.
 */
export async function runOutside(
  ports: Ports,
  plan: Plan,
  which: 'before' | 'after',
  longestMs = Number.POSITIVE_INFINITY,
): Promise<StepsResult> {
  const { scenario, runId, seed } = plan
  if (scenario[which].length === 0) return { ok: true, saved: {} }
  const { runSteps } = await import('../generate/run-steps.ts')
  const files = await readAttachedFiles(ports.objects, runId)
  const secrets = await ports.secrets(scenario.secrets)
  const before = which === 'before' ? {} : ((await readBefore(ports.objects, runId)) ?? {})
  const dispatchers = await openDispatchers(ports, scenario, files, secrets)
  const control = which === 'before' ? watchAbort(ports, plan) : undefined
  const beat = keepBeat(ports, plan)
  const limit = timeLimit(ports, longestMs)
  try {
    if (which === 'before') await noteBefore(ports.objects, runId)
    const result = await runSteps(scenario, which, {
      clock: monotonicClock,
      dispatchers,
      files,
      secrets: secretValues(secrets),
      before,
      seed,
      stop: AbortSignal.any([limit.over, ...(control === undefined ? [] : [control.stopped])]),
    })
    if (which === 'before') await storeBefore(ports.objects, runId, result.saved)
    if (result.ok || !limit.over.aborted) return result
    const seconds = Math.round(longestMs / 1000)
    return { ...result, failure: `${which}: it was not done after ${seconds} s, the longest that it may take in AWS` }
  } catch (error) {
    const { maskError, maskSecrets } = await import('../generate/mask.ts')
    throw maskError(error, maskSecrets({ secrets: secretValues(secrets), before }))
  } finally {
    beat.end()
    limit.end()
    control?.end()
    dispatchers.close()
  }
}

function timeLimit({ sleep }: Ports, longestMs: number) {
  const over = new AbortController()
  const ended = new AbortController()
  if (Number.isFinite(longestMs)) {
    void sleep(Math.max(0, longestMs), ended.signal).then(() => {
      if (!ended.signal.aborted) over.abort()
    })
  }
  return { over: over.signal, end: () => ended.abort() }
}

/** There is no lease yet: generators are invoked after it. */
function watchAbort({ runs }: Ports, { runId, controlEveryMs }: Plan): ControlWatch {
  return watchControl(() => runs.control(runId), {
    everyMs: controlEveryMs,
    leaseMs: Number.POSITIVE_INFINITY,
    unreadableMs: Number.POSITIVE_INFINITY,
    nowMs: () => performance.now(),
  })
}
