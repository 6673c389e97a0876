import type { Ports, VerdictEvent } from '../lib/workflow/ports.ts'

/** State Announce: tells whoever waits for verdicts. A state of its own, so that its retry repeats nothing else. */
export const announce =
  ({ announce: tell }: Pick<Ports, 'announce'>) =>
  async (event: VerdictEvent): Promise<VerdictEvent> => {
    await tell(event)
    return event
  }
