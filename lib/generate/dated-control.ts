import type { ClockOffset } from './clock-offset.ts'
import type { Control } from './control-watch.ts'
import type { ShardPorts } from './shard-ports.ts'

/** Reads the control item, and takes from the answer's date what it tells of the two clocks. */
export async function readDated(
  control: ShardPorts['control'],
  wallMs: () => number,
  offset: ClockOffset,
): Promise<Control | undefined> {
  const sentMs = wallMs()
  const found = await control.read()
  if (found?.serverDateMs !== undefined) {
    offset.observe({ sentMs, receivedMs: wallMs(), dateMs: found.serverDateMs })
  }
  return found
}
