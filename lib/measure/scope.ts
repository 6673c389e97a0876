import type { Plan } from '../plan/plan.ts'
import type { Threshold } from '../scenario/threshold.ts'

/** A threshold's scope in a plan's numbers. */
export type Scope = {
  /** By place in `plan.phases`. */
  readonly phases: readonly boolean[]
  /** Place in `plan.requestNames`; -1 for all. */
  readonly request: number
  /** Place in `plan.flowNames`; -1: the scope is not a flow. */
  readonly flow: number
}

/** Judged phases, unless the threshold names a phase: then that one, warm-up or not. */
export function scopeOf(plan: Plan, threshold: Threshold): Scope {
  const { scope } = threshold
  const phases = plan.phases.map(phase => (scope.kind === 'phase' ? phase.name === scope.name : phase.judged))
  const request = scope.kind === 'request' ? plan.requestNames.indexOf(scope.name) : -1
  const flow = scope.kind === 'flow' ? plan.flowNames.indexOf(scope.name) : -1
  return { phases, request, flow }
}

/** Whether a place in `plan.flowNames` is a flow of the scenario and not a group inside one. */
export function isWholeFlow(plan: Plan, flow: number): boolean {
  const name = plan.flowNames[flow]
  return plan.scenario.flows.some(candidate => candidate.name === name)
}

/** `timeout` stands for `timeout (connect)` and its kin, too. */
export function isErrorKind(counted: string, asked: string): boolean {
  return counted === asked || counted.startsWith(`${asked} (`)
}
