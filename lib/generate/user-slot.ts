import { Random } from '../plan/random.ts'
import type { UserSpan } from '../plan/users.ts'
import type { DataRow } from '../scenario/data-set.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { UserCookies } from './cookies.ts'
import { Exchange } from './exchange.ts'
import type { HttpDispatcher } from './http-dispatcher.ts'
import { type Program, WAIT } from './program.ts'
import type { RunContext } from './run-context.ts'
import type { Scope } from './scope.ts'
import { TemplateError } from './template-error.ts'
import type { Due } from './timers.ts'

/** Decides what a user does when an iteration is over. */
export interface UserOwner {
  /** Whether an iteration's duration begins after `start:` (a user that lives on) or with it (an arrival). */
  readonly startIsApart: boolean
  iterationEnded(user: UserSlot, endUs: number): void
  /** A pause that the owner asked for (`resumeOwner`) is over. */
  resume(user: UserSlot): void
  /** The iteration was cut off by the end of the load or an abort. */
  interrupted(user: UserSlot): void
}

/** What one iteration is given. */
export type IterationStart = {
  readonly program: Program
  readonly phase: number
  readonly intendedUs: number
  readonly seed: number
  readonly vu: number
  readonly iteration: number
}

/** As the place to go on at: it is the owner that goes on, and not the program. `WAIT` is -1. */
const OWNER = -2

type OpenGroup = { flow: number; fromUs: number; failures: number }

/**
 * One virtual user: its connection, cookies, values and place in the program. A slot is used again and again, in open
 * phases by one arrival after another, so that an iteration allocates next to nothing.
 */
export class UserSlot implements Scope, Due {
  readonly context: RunContext
  readonly dispatcher: HttpDispatcher
  readonly exchange: Exchange
  /** Loop counters and the lists of `each`, by the place that the compiler gave them. */
  readonly counters: number[] = []
  readonly lists: (readonly JsonValue[])[] = []
  body?: Uint8Array
  owner: UserOwner | undefined
  program: Program | undefined
  cookies: UserCookies | undefined
  track = 0
  /** Number of the user, from 0, in closed and `iterations:` phases. */
  number = 0
  /** Among the users that are under way; -1 while it is not. */
  place = -1
  /** Its life in closed phases; undefined before and after it, and in others. */
  span: UserSpan | undefined
  /** Iterations that the user has begun. */
  begun = 0
  /** Iterations that the user has taken of its own in an `iterations:` phase, begun or not. */
  taken = 0
  /** When the next thing of this iteration is due: the intended start, the end of the last request, plus think times. */
  dueUs = 0
  intendedUs = 0
  phase = 0
  /** Failed requests of this iteration. */
  failures = 0
  /** Whether this iteration has gone asynchronous yet. */
  waited = false
  /** Whether an iteration was begun and has not ended. */
  underWay = false
  /** Whether a value that was not found, or not to be rendered, ended this iteration before its last step. */
  cutShort = false
  private readonly sequence = new Random(0)
  private seed = 0
  private seeded = false
  private vu = 0
  private iteration = 0
  /** Where it goes on when its timer is due; not looked at while a retry waits. */
  private pc = 0
  private starting = false
  private groupDepth = 0
  private readonly groups: OpenGroup[] = []
  private readonly values = new Map<string, JsonValue>()
  /** Something is in `values`: asking the map itself would cost two lines of the processor's cache a user. */
  private saved = false
  private readonly startValues = new Map<string, JsonValue>()
  private readonly rows = new Map<string, DataRow>()
  private readonly started = new Set<Program>()
  /** Something is in one of the three above: see `saved`. */
  private used = false

  constructor(context: RunContext, dispatcher: HttpDispatcher) {
    this.context = context
    this.dispatcher = dispatcher
    this.exchange = new Exchange(this)
  }

  /** A new user takes the slot: no cookies, no values, `start:` not yet run. */
  renew(): void {
    this.cookies = undefined
    this.begun = 0
    this.taken = 0
    if (!this.used) return
    this.used = false
    this.startValues.clear()
    this.started.clear()
    this.rows.clear()
  }

  setRow(set: string, row: DataRow): void {
    this.used = true
    this.rows.set(set, row)
  }

  begin(start: IterationStart): void {
    const { program } = start
    this.program = program
    this.phase = start.phase
    this.intendedUs = start.intendedUs
    this.dueUs = start.intendedUs
    this.vu = start.vu
    this.iteration = start.iteration
    this.begun++
    this.underWay = true
    this.failures = 0
    this.groupDepth = 0
    this.waited = false
    this.cutShort = false
    this.exchange.forget()
    if (this.saved) this.values.clear()
    this.saved = false
    this.seed = start.seed
    this.seeded = false
    this.context.events++
    this.starting = program.mainPc > 0 && !this.started.has(program)
    this.run(this.starting ? 0 : program.mainPc)
  }

  /** `start:` is done; what it saved stays for all iterations of the user. */
  startDone(): void {
    this.starting = false
    this.used = true
    if (this.program !== undefined) this.started.add(this.program)
    if (this.owner?.startIsApart) this.intendedUs = this.dueUs
  }

  /** The iteration's random sequence, seeded when it is first asked for. */
  get random(): Random {
    if (!this.seeded) this.sequence.reseed(this.seed)
    this.seeded = true
    return this.sequence
  }

  save(name: string, value: JsonValue): void {
    const values = this.starting ? this.startValues : this.values
    if (this.starting) this.used = true
    else this.saved = true
    values.set(name, value)
  }

  /** All that this iteration and `start:` have saved. */
  savedValues(): Record<string, JsonValue> {
    return Object.fromEntries([...this.startValues, ...this.values])
  }

  forgetValue(name: string): void {
    const values = this.starting ? this.startValues : this.values
    values.delete(name)
  }

  value(root: string): JsonValue | undefined {
    const saved = this.values.get(root)
    if (saved !== undefined) return saved
    const row = this.rows.get(root)
    if (row !== undefined) return row
    if (root === 'iteration') return this.iteration
    if (root === 'vu') return this.vu
    if (root === 'response') return this.exchange.response()
    const kept = this.startValues.get(root)
    return kept === undefined ? this.context.shared.get(root) : kept
  }

  epochMs(): number {
    return this.context.epochMs()
  }

  /** Goes on at a place of the program, until it waits again. */
  run(from: number): void {
    const { program } = this
    if (program === undefined) return
    const { ops } = program
    let pc = from
    for (;;) {
      this.pc = pc
      try {
        while (pc >= 0) {
          this.pc = pc
          pc = (ops[pc] as (user: UserSlot) => number)(this)
        }
        return
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        this.failures++
        this.cutShort = true
        this.exchange.templateFailed(program.requestAt[this.pc] ?? -1, program.flowName, error.message)
        pc = program.endPc
      }
    }
  }

  /** Waits until an instant and goes on at `pc`. */
  sleep(untilUs: number, pc: number): void {
    this.waited = true
    this.pc = pc
    this.context.timers.push(untilUs, this)
  }

  /** What comes next is due `ms` after what was before. */
  think(ms: number, next: number): number {
    if (ms <= 0) return next
    if (this.context.halted) {
      this.owner?.interrupted(this)
      return WAIT
    }
    this.context.tracer?.think?.(ms)
    this.dueUs += ms * 1000
    this.sleep(this.dueUs, next)
    return WAIT
  }

  /** Waits until an instant and then asks the owner what comes next. */
  resumeOwner(untilUs: number): void {
    this.pc = OWNER
    this.context.timers.push(untilUs, this)
  }

  due(): void {
    this.context.events++
    if (this.pc === OWNER) this.owner?.resume(this)
    else if (this.context.halted) this.owner?.interrupted(this)
    else if (this.exchange.retrying) this.exchange.retry()
    else this.run(this.pc)
  }

  /**
   * The request that the program waited for is over. From a stop on it goes on all the same: where nothing is left to be
   * sent or waited for, the iteration has ended, and has not been cut off.
   */
  answered(pc: number): void {
    if (this.context.interrupting) this.owner?.interrupted(this)
    else this.run(pc)
  }

  openGroup(flow: number): void {
    const group = this.groups[this.groupDepth]
    if (group === undefined) this.groups.push({ flow, fromUs: this.dueUs, failures: this.failures })
    else {
      group.flow = flow
      group.fromUs = this.dueUs
      group.failures = this.failures
    }
    this.groupDepth++
  }

  closeGroup(): void {
    this.groupDepth--
    const group = this.groups[this.groupDepth]
    if (group === undefined || group.flow < 0) return
    this.context.recorder.iteration(group.flow, this.phase, group.fromUs, this.dueUs, this.failures > group.failures)
  }

  /** The program's last operation. Groups that a failure left open end here. */
  end(): void {
    while (this.groupDepth > 0) this.closeGroup()
    const { program } = this
    if (program === undefined) return
    this.starting = false
    this.underWay = false
    if (program.flow >= 0) {
      this.context.recorder.iteration(program.flow, this.phase, this.intendedUs, this.dueUs, this.failures > 0)
    }
    this.owner?.iterationEnded(this, this.dueUs)
  }
}
