import type { AnnouncePorts, VerdictEvent } from '../lib/workflow/ports.ts'
import { verdictEvent } from '../lib/workflow/task-input.ts'

/** State Announce: tells whoever waits for verdicts. A state of its own, so that its retry repeats nothing else. */
export const announce =
  (ports: AnnouncePorts) =>
  async (input: unknown): Promise<VerdictEvent> => {
    const event = verdictEvent(input)
    await ports.announce(event)
    return event
  }
