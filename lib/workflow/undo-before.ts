import type { Plan } from '../plan/plan.ts'
import { needArtifact } from '../store/artifact.ts'
import { keys } from '../store/keys.ts'
import { runAfterOnce } from './after-once.ts'
import { readBefore } from './attachments.ts'
import { planRequest } from './plan-request.ts'
import type { Ports } from './ports.ts'
import type { RunRequest } from './run-request.ts'

/**
 * Why a run is refused whose `before:` was begun: what that has made is there, and `after:` cleans it up. Where `after:`
 * fails, too, for instance for want of a value that was not saved any more, that is told behind the first failure.
 */
export async function undoBefore(ports: Ports, plan: Plan, failure: string, longestMs?: number): Promise<string> {
  const { objects } = ports
  const { runId } = plan
  try {
    if ((await readBefore(objects, runId)) === undefined) return failure
    const after = await runAfterOnce(ports, plan, longestMs)
    await objects.delete(keys.before(runId))
    return after === undefined || failure.includes(after) ? failure : `${failure}; ${after}`
  } catch (error) {
    return `${failure}; after: ${error instanceof Error ? error.message : String(error)}`
  }
}

/**
 * The same where Plan may have died of it. While Plan runs the steps it raises the beat: `after:` waits until nobody does,
 * because what is made after it would be left.
 */
export async function undoBeforeOfDead(ports: Ports, runId: string, failure: string): Promise<string> {
  const { objects, runs, sleep } = ports
  if ((await readBefore(objects, runId)) === undefined) return failure
  const request = await needArtifact<RunRequest>(objects, keys.request(runId), 'squall.request.v1')
  const plan = planRequest(ports, request)
  const beat = async () => (await runs.control(runId))?.beat
  if (request.scenario.after.length > 0) {
    let last = await beat()
    for (;;) {
      await sleep(2 * plan.beatEveryMs)
      const now = await beat()
      if (now === last) break
      last = now
    }
  }
  return undoBefore(ports, plan, failure)
}
