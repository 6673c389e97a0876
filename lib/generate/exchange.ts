import type { RequestSample } from '../measure/request-sample.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { CompiledRequest } from './compiled-request.ts'
import { UserCookies, withCookie } from './cookies.ts'
import type { HttpFailure, HttpHandler, HttpHeaders, HttpRequest } from './http-dispatcher.ts'
import { judgeAnswer } from './judge-answer.ts'
import { KeptAnswer } from './kept-answer.ts'
import { RedirectChain } from './redirect-chain.ts'
import { newSample, resetSample } from './request-measure.ts'
import { responseValue } from './response-value.ts'
import { retryAfterMs } from './retry-after.ts'
import type { UserSlot } from './user-slot.ts'

/**
 * One user's request under way: the handler of its answer, its redirects and retries, and the sample that is recorded.
 * One a user slot, used for every request. Redirect hops are one request: bytes add up, the time runs to the end of the
 * last hop. Each attempt of a retry is a request of its own, and due when the wait is over.
 */
export class Exchange implements HttpHandler {
  /** A request is under way. */
  busy = false
  /** Waiting to send the next attempt. */
  retrying = false
  readonly answer = new KeptAnswer()
  private readonly user: UserSlot
  private readonly sample: RequestSample
  private compiled: CompiledRequest | undefined
  /** What each attempt begins with. */
  private built: HttpRequest | undefined
  /** What this hop sends, without the user's cookies. */
  private hop: HttpRequest | undefined
  /** As sent on this hop, with the user's cookies. */
  private sent: HttpRequest | undefined
  private nextPc = 0
  private attempts = 0
  private hopSentUs = -1
  /** Made when the first redirect comes. */
  private redirects: RedirectChain | undefined
  private retryAfter: string | undefined
  private answered = false
  private remembered: JsonValue | undefined

  constructor(user: UserSlot) {
    this.user = user
    this.answer.jar = name => this.user.cookies?.value(name, this.answer.url)
    this.sample = newSample()
  }

  /**
   * Builds and sends a request; the user goes on at `nextPc`. After a stop nothing is sent, and the iteration is cut off.
   * @throws TemplateError where a template has no value.
   */
  start(compiled: CompiledRequest, nextPc: number): void {
    if (this.user.context.halted) {
      this.user.owner?.interrupted(this.user)
      return
    }
    this.compiled = compiled
    this.nextPc = nextPc
    this.attempts = 0
    this.built = compiled.build(this.user)
    this.user.waited = true
    this.attempt(this.built)
  }

  retry(): void {
    this.retrying = false
    if (this.built !== undefined) this.attempt(this.built)
  }

  /** A new iteration has no `response` yet. */
  forget(): void {
    this.answered = false
    this.remembered = undefined
    this.retrying = false
  }

  /** What expressions see as `response`: undefined before the iteration's first answer. */
  response(): JsonValue | undefined {
    if (!this.answered) return undefined
    this.remembered ??= responseValue(this.answer, this.compiled)
    return this.remembered
  }

  /** A template had no value where request `index` was to be built: nothing was sent, and it is a counted failure. */
  templateFailed(index: number, name: string, message: string): void {
    const { user, sample } = this
    this.user.context.tracer?.failure?.({ request: name, kind: 'template', message })
    if (index < 0) return
    this.clear()
    sample.request = index
    sample.endUs = sample.intendedUs
    this.record('failure', 'template', message)
    user.context.events++
  }

  onConnect(connectUs: number, tlsUs: number): void {
    const { sample } = this
    sample.connectUs = Math.max(0, sample.connectUs) + connectUs
    if (tlsUs >= 0) sample.tlsUs = Math.max(0, sample.tlsUs) + tlsUs
  }

  onSend(atUs: number): void {
    const now = this.user.context.sinceStartUs(atUs)
    this.hopSentUs = now
    if (this.sample.sentUs < 0 || this.hops === 0) this.sample.sentUs = now
  }

  onHeaders(status: number, headers: HttpHeaders, atUs: number): void {
    const { sample, compiled, answer } = this
    if (compiled === undefined) return
    sample.status = status
    sample.firstByteUs = this.user.context.sinceStartUs(atUs) - sample.sentUs
    answer.status = status
    const cookie = headers.get('set-cookie')
    if (cookie !== undefined) this.keepCookies(headers)
    if (status >= 300 && status < 400 && this.sent !== undefined) {
      this.redirects ??= new RedirectChain()
      this.redirects.see(status, headers.get('location'), this.sent, compiled.redirects)
      if (this.redirects.next !== undefined) return
    }
    if (compiled.keepsHeaders) answer.keepHeaders(headers)
    if (compiled.keepsBody) answer.keepEncoding(headers)
    if (compiled.retry !== undefined) this.retryAfter = headers.get('retry-after')
  }

  onData(chunk: Uint8Array): void {
    if (this.redirects?.next === undefined && this.compiled?.keepsBody) this.answer.keepChunk(chunk)
  }

  onEnd(bytesSent: number, bytesReceived: number, atUs: number): void {
    const { sample, user } = this
    sample.bytesSent += bytesSent
    sample.bytesReceived += bytesReceived
    sample.endUs = user.context.sinceStartUs(atUs)
    user.context.events++
    if (this.answer.setCookies.length > 0) this.storeCookies()
    this.ended()
  }

  onError(failure: HttpFailure, bytesSent: number, bytesReceived: number): void {
    const { sample, user, compiled } = this
    const { context } = user
    sample.bytesSent += bytesSent
    sample.bytesReceived += bytesReceived
    sample.endUs = context.nowUs()
    context.events++
    if (context.interrupting || failure.kind === 'interrupted') {
      this.abandon()
      return
    }
    if (compiled === undefined) return
    const message = this.messageOf(failure, compiled)
    sample.hasLatency = failure.hasLatency
    sample.status = 0
    this.answer.status = 0
    this.noteAnswer()
    if (this.retries(failure.kind)) {
      this.again(failure.kind, message)
      return
    }
    let pc = this.nextPc
    for (const check of compiled.checks) {
      if (compiled.index >= 0) context.recorder.check(sample.phase, sample.request, check.text, false, sample.endUs)
      context.tracer?.check?.({ request: compiled.name, text: check.text, pass: false, actual: 'no answer' })
    }
    for (const save of compiled.saves) {
      if (save.fallback !== undefined) user.save(save.name, save.fallback)
      else {
        user.cutShort = true
        pc = user.program?.endPc ?? pc
      }
    }
    this.finish('failure', failure.kind, message, pc)
  }

  /** Ends a request for which no callback will come any more: it was waiting for something else than its connection. */
  abandon(): void {
    if (!this.busy) return
    this.busy = false
    this.sample.endUs = this.user.context.nowUs()
    this.record('interrupted', '', '')
    this.user.owner?.interrupted(this.user)
  }

  /** Redirects that this request has followed. */
  private get hops(): number {
    return this.redirects?.hops ?? 0
  }

  private clear(): void {
    const { sample, user } = this
    resetSample(sample, user.context.phaseAt(user.track, user.dueUs), user.dueUs)
  }

  private attempt(request: HttpRequest): void {
    this.clear()
    this.sample.request = this.compiled?.index ?? -1
    this.attempts++
    this.redirects?.begin()
    this.busy = true
    this.dispatch(request)
  }

  private dispatch(request: HttpRequest): void {
    const { user, answer } = this
    this.hop = request
    this.redirects?.expectAnswer()
    this.retryAfter = undefined
    answer.reset()
    this.remembered = undefined
    let sent = request
    answer.url = ''
    if (user.cookies !== undefined) {
      answer.url = request.origin + request.path
      const cookie = user.cookies.header(answer.url, user.context.epochMs())
      if (cookie !== '') sent = { ...request, headers: withCookie(request.headers, cookie) }
    }
    this.sent = sent
    const { tracer } = user.context
    tracer?.request?.({ ...sent, name: this.compiled?.name ?? '', url: sent.origin + sent.path })
    user.dispatcher.dispatch(sent, this)
  }

  private keepCookies(headers: HttpHeaders): void {
    this.answer.keepCookies(headers)
    if (this.sent !== undefined) this.answer.url = this.sent.origin + this.sent.path
  }

  private storeCookies(): void {
    const { user, answer } = this
    user.cookies ??= new UserCookies()
    for (const header of answer.setCookies) user.cookies.set(header, answer.url)
  }

  private ended(): void {
    const { user, compiled, hop } = this
    if (compiled === undefined || !this.busy) return
    const { context } = user
    const { redirects } = this
    const next = redirects?.next
    if (context.interrupting || (context.halted && next !== undefined)) {
      this.abandon()
    } else if (redirects !== undefined && next !== undefined && hop !== undefined) {
      const { status } = this.sample
      context.tracer?.redirect?.({ name: compiled.name, status, location: next.origin + next.path })
      this.dispatch(redirects.follow(next, hop, (context.nowUs() - this.hopSentUs) / 1000))
    } else {
      this.judge(compiled)
    }
  }

  private noteAnswer(): void {
    const { answer, sample, compiled } = this
    answer.timeMs = (sample.endUs - (sample.sentUs < 0 ? sample.intendedUs : sample.sentUs)) / 1000
    this.answered = true
    const { tracer } = this.user.context
    if (tracer?.answer === undefined || answer.status === 0) return
    const { status, timeMs } = answer
    tracer.answer({ name: compiled?.name ?? '', status, timeMs, headers: answer.entries(), body: answer.text() })
  }

  private judge(compiled: CompiledRequest): void {
    const { sample, answer, user } = this
    sample.hasLatency = true
    this.noteAnswer()
    if (compiled.retry !== undefined) {
      const statusKind = `status ${answer.status}`
      if (this.retries(statusKind)) {
        this.again(statusKind, `${compiled.name} answered ${answer.status}`)
        return
      }
    }
    const judgement = judgeAnswer(compiled, answer, user, sample, this.redirects?.fault ?? '')
    if (judgement === undefined) this.finish('success', '', '', this.nextPc)
    else {
      if (judgement.endsIteration) this.user.cutShort = true
      const pc = judgement.endsIteration ? (user.program?.endPc ?? this.nextPc) : this.nextPc
      this.finish('failure', judgement.kind, judgement.sample, pc)
    }
  }

  /** A hop of a redirect chain had only what the hops before it left of the request's one timeout. */
  private messageOf(failure: HttpFailure, compiled: CompiledRequest): string {
    const { hops } = this
    if (hops === 0 || !failure.hasLatency) return failure.message
    return `no complete answer within ${compiled.timeoutMs} ms, which had to do for ${hops + 1} hops`
  }

  private retries(kind: string): boolean {
    const retry = this.compiled?.retry
    if (retry === undefined || this.attempts > retry.times || this.user.context.halted) return false
    if (kind.startsWith('status ')) return retry.statuses.includes(this.answer.status)
    return retry.errors.some(error => kind === error || kind.startsWith(`${error} (`))
  }

  private again(kind: string, message: string): void {
    const { user, sample, compiled } = this
    const waitMs = retryAfterMs(this.retryAfter, user.context.epochMs()) ?? compiled?.retry?.waitMs ?? 0
    this.busy = false
    this.retrying = true
    this.record('retried', kind, message)
    user.context.tracer?.retry?.({ request: compiled?.name ?? '', waitMs })
    user.dueUs = sample.endUs + waitMs * 1000
    user.sleep(user.dueUs, this.nextPc)
  }

  private finish(outcome: 'success' | 'failure', kind: string, message: string, pc: number): void {
    const { user, sample } = this
    this.busy = false
    user.dueUs = sample.endUs
    if (outcome === 'failure') {
      user.failures++
      user.context.tracer?.failure?.({ request: this.compiled?.name ?? '', kind, message })
    }
    this.record(outcome, kind, message)
    user.answered(pc)
  }

  private record(outcome: RequestSample['outcome'], kind: string, message: string): void {
    const { sample } = this
    sample.outcome = outcome
    sample.errorKind = kind
    sample.errorSample = message
    if (sample.request >= 0) this.user.context.recorder.request(sample)
  }
}
