import type { DataSet } from '../scenario/data-set.ts'
import { flowRoots } from '../scenario/data-use.ts'
import type { JsonValue } from '../scenario/json.ts'
import { groupName } from '../scenario/request-names.ts'
import type { Step } from '../scenario/step.ts'
import type { Expression } from '../scenario/template.ts'
import { condition, wholeNumber } from './compile-condition.ts'
import { compileDelay } from './compile-delay.ts'
import { compileRequest } from './compile-request.ts'
import { compileExpression, compileValue, TemplateError } from './compile-template.ts'
import { type Op, type Program, requestAtOrAfter, WAIT } from './program.ts'
import type { Files } from './request-body.ts'
import type { BaseUrl } from './request-url.ts'
import { responseUse } from './response-use.ts'
import type { UserSlot } from './user-slot.ts'

/** What a flow is compiled from: once a generator. */
export type FlowSource = {
  readonly name: string
  readonly start: readonly Step[]
  readonly steps: readonly Step[]
}

/** Where a flow is compiled for. Names that are in no list have the place -1 and are not measured. */
export type CompileContext = {
  readonly base: BaseUrl
  readonly files: Files
  readonly data: readonly DataSet[]
  readonly requestNames: readonly string[]
  readonly flowNames: readonly string[]
  /** Headers and bodies of all answers are kept, for whoever watches. */
  readonly watched: boolean
}

/** A place in the program that is known when what stands before it has been compiled. */
type Label = { at: number }

/** Loops give the event loop a turn after so many passes, so that one that never waits cannot stop a generator. */
const PASSES_A_TURN = 1024

/** Compiles a flow to operations; `when`, loops and groups become jumps. */
export function compileFlow(flow: FlowSource, context: CompileContext): Program {
  return new FlowCompiler(flow, context).compile()
}

class FlowCompiler {
  private readonly flow: FlowSource
  private readonly context: CompileContext
  private readonly response: { readonly headers: boolean; readonly body: boolean }
  private readonly ops: Op[] = []
  private readonly requests: number[] = []
  private counters = 0
  private lists = 0

  constructor(flow: FlowSource, context: CompileContext) {
    this.flow = flow
    this.context = context
    this.response = context.watched ? { headers: true, body: true } : responseUse([flow.start, flow.steps])
  }

  compile(): Program {
    const { flow, context } = this
    if (flow.start.length > 0) {
      this.steps(flow.start, flow.name)
      const next = this.ops.length + 1
      this.emit(user => {
        user.startDone()
        return next
      })
    }
    const mainPc = this.ops.length
    this.steps(flow.steps, flow.name)
    const endPc = this.ops.length
    this.emit(user => {
      user.end()
      return WAIT
    })
    return {
      flowName: flow.name,
      flow: context.flowNames.indexOf(flow.name),
      ops: this.ops,
      mainPc,
      endPc,
      sets: dataSets(flow, context.data),
      requestAt: requestAtOrAfter(this.requests),
    }
  }

  private emit(op: Op, request = -1): void {
    this.ops.push(op)
    this.requests.push(request)
  }

  private steps(steps: readonly Step[], parent: string): void {
    for (const step of steps) this.step(step, parent)
  }

  private step(step: Step, parent: string): void {
    if (step.kind === 'when') {
      this.when(step.condition, step.then, step.else, parent)
      return
    }
    const past: Label = { at: -1 }
    if (step.when !== undefined) this.jumpUnless(step.when, past)
    switch (step.kind) {
      case 'request': {
        const index = this.context.requestNames.indexOf(step.name)
        const { headers, body } = this.response
        const { base, files } = this.context
        const request = compileRequest(step, { index, base, files, keepsHeaders: headers, keepsBody: body })
        const next = this.ops.length + 1
        this.emit(user => {
          user.exchange.start(request, next)
          return WAIT
        }, index)
        break
      }
      case 'think': {
        const delayMs = compileDelay(step.delay)
        const next = this.ops.length + 1
        this.emit(user => user.think(delayMs(user), next))
        break
      }
      case 'set': {
        const values = step.values.map(([name, value]) => [name, compileValue(value)] as const)
        const next = this.ops.length + 1
        this.emit(user => {
          for (const [name, value] of values) user.save(name, value(user))
          return next
        })
        break
      }
      case 'group': {
        const name = groupName(parent, step.name)
        const flow = this.context.flowNames.indexOf(name)
        const first = this.ops.length + 1
        this.emit(user => {
          user.openGroup(flow)
          return first
        })
        this.steps(step.steps, name)
        const next = this.ops.length + 1
        this.emit(user => {
          user.closeGroup()
          return next
        })
        break
      }
      case 'repeat':
        this.repeat(step, parent)
        break
      case 'each':
        this.each(step, parent)
        break
      default:
        step satisfies never
    }
    past.at = this.ops.length
  }

  private when(condition: Expression, then: readonly Step[], otherwise: readonly Step[], parent: string): void {
    const no: Label = { at: -1 }
    this.jumpUnless(condition, no)
    this.steps(then, parent)
    if (otherwise.length === 0) {
      no.at = this.ops.length
      return
    }
    const end: Label = { at: -1 }
    this.emit(() => end.at)
    no.at = this.ops.length
    this.steps(otherwise, parent)
    end.at = this.ops.length
  }

  private repeat(step: Extract<Step, { kind: 'repeat' }>, parent: string): void {
    const { times } = step
    const count = typeof times === 'number' ? () => times : wholeNumber(times)
    const counter = this.counters++
    const limit = this.counters++
    const end: Label = { at: -1 }
    const first = this.ops.length + 1
    this.emit(user => {
      user.counters[counter] = 0
      user.counters[limit] = count(user)
      return (user.counters[limit] ?? 0) > 0 ? first : end.at
    })
    this.steps(step.steps, parent)
    const until = step.until === undefined ? undefined : condition(step.until)
    this.emit(user => {
      const done = (user.counters[counter] ?? 0) + 1
      user.counters[counter] = done
      if (done >= (user.counters[limit] ?? 0) || until?.(user) === true) return end.at
      return nextPass(user, done, first)
    })
    end.at = this.ops.length
  }

  private each(step: Extract<Step, { kind: 'each' }>, parent: string): void {
    const list = compileExpression(step.list)
    const place = this.lists++
    const counter = this.counters++
    const { variable } = step
    const end: Label = { at: -1 }
    const first = this.ops.length + 1
    this.emit(user => {
      const items = list(user)
      if (!Array.isArray(items)) throw new TemplateError(`each: ${step.list.expression} is not a list`)
      user.lists[place] = items as readonly JsonValue[]
      user.counters[counter] = 0
      if (items.length === 0) return end.at
      user.save(variable, items[0] as JsonValue)
      return first
    })
    this.steps(step.steps, parent)
    const until = step.until === undefined ? undefined : condition(step.until)
    this.emit(user => {
      const done = (user.counters[counter] ?? 0) + 1
      const items = user.lists[place] ?? []
      user.counters[counter] = done
      if (done >= items.length || until?.(user) === true) {
        user.forgetValue(variable)
        return end.at
      }
      user.save(variable, items[done] as JsonValue)
      return nextPass(user, done, first)
    })
    end.at = this.ops.length
  }

  private jumpUnless(expression: Expression, label: Label): void {
    const holds = condition(expression)
    const next = this.ops.length + 1
    this.emit(user => (holds(user) ? next : label.at))
  }
}

function nextPass(user: UserSlot, done: number, first: number): number {
  if (done % PASSES_A_TURN !== 0) return first
  user.sleep(user.context.nowUs(), first)
  return WAIT
}

function dataSets({ name, start, steps }: FlowSource, data: readonly DataSet[]): readonly DataSet[] {
  if (data.length === 0) return data
  const roots = flowRoots({ name, weight: 1, start, steps })
  return data.filter(set => roots.has(set.name))
}
