import { readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SLACK_NS = 1000

/**
 * Lets the kernel wake this thread when it asked to be woken. Linux may put every timed wait of a thread off by 50 us, to
 * wake for several at once (PR_SET_TIMERSLACK(2const)), which is as long as a pacer blocks. Other systems have no such
 * file, and a sandbox may refuse it: there, waits are as they were.
 */
export function sharpenWaits(processes = '/proc'): void {
  try {
    // `thread-self` reads PID/task/TID, whose folder has no slack, while the one that is named by a thread has.
    const thread = readlinkSync(join(processes, 'thread-self')).split('/').at(-1) ?? ''
    writeFileSync(join(processes, thread, 'timerslack_ns'), `${SLACK_NS}`)
  } catch {}
}
