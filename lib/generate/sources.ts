import { flowMix } from '../plan/flow-mix.ts'
import { phasesOf, trackAt } from '../plan/phase-lookup.ts'
import { ClosedUsers } from './closed-users.ts'
import type { Generator, Source } from './generator.ts'
import { IterationUsers } from './iteration-users.ts'
import { OpenUsers } from './open-users.ts'
import type { UserSlot } from './user-slot.ts'

/**
 * What starts iterations on a generator: one source for each open phase and each phase of iterations, one for the users of
 * a track.
 */
export function createSources(generator: Generator): Source[] {
  const { plan } = generator
  return plan.scenario.tracks.flatMap((_, track) => {
    const mix = flowMix(trackAt(plan, track), plan.seed)
    const phases = phasesOf(plan, track)
    const idle: UserSlot[] = []
    const sources: Source[] = []
    for (const phase of phases) {
      if (phase.kind === 'open') sources.push(new OpenUsers(generator, phase, mix, idle))
      if (phase.kind === 'iterations') sources.push(new IterationUsers(generator, phase, mix))
    }
    if (phases.some(phase => phase.kind === 'closed')) sources.push(new ClosedUsers(generator, track, mix))
    return sources
  })
}
