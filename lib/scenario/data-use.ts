import type { Flow, Scenario } from './scenario.ts'
import type { Body, Part, Step } from './step.ts'
import type { JsonTemplate, Template } from './template.ts'
import { templateRoots } from './template-roots.ts'

/** The flows (by place in `scenario.flows`) that read a data set anywhere in `start` or `steps`. */
export function flowsThatUse(scenario: Scenario, set: string): readonly number[] {
  return scenario.flows.flatMap((flow, place) => (flowRoots(flow).has(set) ? [place] : []))
}

/** The first identifiers that a flow's templates and expressions read: data sets, saved names, `vars` and the like. */
export function flowRoots(flow: Flow): ReadonlySet<string> {
  const roots = new Set<string>()
  collectSteps(flow.start, roots)
  collectSteps(flow.steps, roots)
  return roots
}

function collectSteps(steps: readonly Step[], roots: Set<string>): void {
  for (const step of steps) collectStep(step, roots)
}

function collectStep(step: Step, roots: Set<string>): void {
  if (step.kind !== 'when') addRoots(step.when?.roots, roots)
  switch (step.kind) {
    case 'request':
      addTemplates(
        [step.url, step.basic, step.bearer, ...step.query.map(pair => pair[1]), ...step.headers.map(pair => pair[1])],
        roots,
      )
      if (step.body !== undefined) collectBody(step.body, roots)
      for (const { test } of step.checks) {
        if (test.kind === 'compare' && typeof test.value === 'object' && test.value !== null) {
          addTemplates([test.value], roots)
        }
      }
      break
    case 'think':
      if (step.delay.kind === 'template') addTemplates([step.delay.template], roots)
      break
    case 'set':
      for (const [, value] of step.values) collectJson(value, roots)
      break
    case 'when':
      addRoots(step.condition.roots, roots)
      collectSteps(step.then, roots)
      collectSteps(step.else, roots)
      break
    case 'repeat':
      if (typeof step.times !== 'number') addRoots(step.times.roots, roots)
      addRoots(step.until?.roots, roots)
      collectSteps(step.steps, roots)
      break
    case 'each':
      addRoots(step.list.roots, roots)
      addRoots(step.until?.roots, roots)
      collectSteps(step.steps, roots)
      break
    case 'group':
      collectSteps(step.steps, roots)
      break
    default:
      step satisfies never
  }
}

function collectBody(body: Body, roots: Set<string>): void {
  switch (body.kind) {
    case 'json':
      collectJson(body.json, roots)
      break
    case 'form':
      addTemplates(
        body.fields.map(field => field[1]),
        roots,
      )
      break
    case 'text':
      addTemplates([body.template], roots)
      break
    case 'multipart':
      for (const part of body.parts) collectPart(part, roots)
      break
    case 'graphql':
      addTemplates([body.query], roots)
      if (body.variables !== undefined) collectJson(body.variables, roots)
      break
    case 'file':
      break
  }
}

function collectPart(part: Part, roots: Set<string>): void {
  if (part.content.kind === 'text') addTemplates([part.content.template], roots)
  if (part.content.kind === 'json') collectJson(part.content.json, roots)
}

function collectJson(json: JsonTemplate, roots: Set<string>): void {
  addRoots(templateRoots(json), roots)
}

function addTemplates(templates: readonly (Template | undefined)[], roots: Set<string>): void {
  for (const template of templates) if (template !== undefined) addRoots(templateRoots(template), roots)
}

function addRoots(names: readonly string[] | undefined, roots: Set<string>): void {
  for (const name of names ?? []) roots.add(name)
}
