import type { Scenario } from './scenario.ts'
import type { Step } from './step.ts'

/**
 * The request names of all flows in the order in which a reader meets them (`start` before `steps`), each once.
 * `before` and `after` are not measured and have no place here.
 */
export function requestNames(scenario: Scenario): string[] {
  const names = new Set<string>()
  for (const flow of scenario.flows) {
    visitSteps(flow.start, step => step.kind === 'request' && names.add(step.name))
    visitSteps(flow.steps, step => step.kind === 'request' && names.add(step.name))
  }
  return [...names]
}

/** The flows' names, each followed by its groups as `FLOW / GROUP` (a group in a group: `FLOW / OUTER / INNER`). */
export function flowNames(scenario: Scenario): string[] {
  const names = new Set<string>()
  for (const flow of scenario.flows) {
    names.add(flow.name)
    addGroups(flow.name, flow.start, names)
    addGroups(flow.name, flow.steps, names)
  }
  return [...names]
}

/** A group's name among the flows; `parent` is the flow's name or the enclosing group's full one. */
export function groupName(parent: string, group: string): string {
  return `${parent} / ${group}`
}

/** Calls `visit` for each step, outer steps before those inside them. */
export function visitSteps(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step)
    for (const inner of innerSteps(step)) visitSteps(inner, visit)
  }
}

function addGroups(parent: string, steps: readonly Step[], names: Set<string>): void {
  for (const step of steps) {
    const name = step.kind === 'group' ? groupName(parent, step.name) : parent
    names.add(name)
    for (const inner of innerSteps(step)) addGroups(name, inner, names)
  }
}

/** The lists of steps inside a step. */
function innerSteps(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'when':
      return [step.then, step.else]
    case 'repeat':
    case 'each':
    case 'group':
      return [step.steps]
    default:
      return []
  }
}
