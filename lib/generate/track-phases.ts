import { phasesOf } from '../plan/phase-lookup.ts'
import type { Plan } from '../plan/plan.ts'

/** To which phase a request of a track belongs that is due at an instant; asked once a request. */
export class TrackPhases {
  private readonly endsUs: readonly number[]
  private readonly places: readonly number[]
  private readonly drain: number
  /** The stretch of the last answer: requests come in order of time, so that it usually is the next one's, too. */
  private fromUs = 0
  private toUs = 0
  private place = 0

  constructor(plan: Plan, track: number) {
    const phases = phasesOf(plan, track)
    this.endsUs = phases.map(phase => (phase.startMs + phase.durationMs) * 1000)
    this.places = phases.map(phase => phase.index)
    this.drain = plan.phases.length - 1
  }

  /** Place in `plan.phases`; the drain's after the track's last phase. */
  at(us: number): number {
    if (us >= this.fromUs && us < this.toUs) return this.place
    let fromUs = 0
    for (let i = 0; i < this.endsUs.length; i++) {
      const toUs = this.endsUs[i] as number
      if (us < toUs) {
        this.fromUs = fromUs
        this.toUs = toUs
        this.place = this.places[i] as number
        return this.place
      }
      fromUs = toUs
    }
    return this.drain
  }
}
