import type { RequestSample } from '../measure/request-sample.ts'
import type { JsonValue } from '../scenario/json.ts'
import type { CompiledRequest } from './compiled-request.ts'
import type { KeptAnswer } from './kept-answer.ts'
import { TemplateError } from './template-error.ts'
import type { UserSlot } from './user-slot.ts'

/** Why a complete answer is a failure, and whether the iteration can go on. */
export type Judgement = { kind: string; sample: string; endsIteration: boolean }

/**
 * Applies the failure rules to a complete answer: a status of 400 or above (unless a check on status stands there), a
 * body that cannot be decoded, GraphQL errors, failed checks, saves that find nothing. All checks and saves are
 * evaluated; the first reason is the failure's kind. Undefined for a success, so that the usual case allocates nothing.
 */
export function judgeAnswer(
  compiled: CompiledRequest,
  answer: KeptAnswer,
  user: UserSlot,
  sample: RequestSample,
  redirectFault: string,
): Judgement | undefined {
  let judgement: Judgement | undefined
  if (redirectFault !== '') judgement = failure(judgement, 'bad redirect', redirectFault)
  if (answer.status >= 400 && !compiled.checksStatus) {
    judgement = failure(judgement, `status ${answer.status}`, `${compiled.name} answered ${answer.status}`)
  }
  if (compiled.graphql) {
    const errors = graphqlErrors(answer.json())
    if (errors !== undefined) judgement = failure(judgement, 'graphql errors', errors)
  }
  if (compiled.checks.length > 0) judgement = runChecks(compiled, answer, user, sample, judgement)
  if (compiled.saves.length > 0) judgement = runSaves(compiled, answer, user, judgement)
  // Set by the reading of a body above.
  if (answer.problem !== '') {
    const endsIteration = judgement?.endsIteration ?? false
    judgement = { kind: 'bad encoding', sample: answer.problem, endsIteration }
  }
  return judgement
}

function runChecks(
  compiled: CompiledRequest,
  answer: KeptAnswer,
  user: UserSlot,
  sample: RequestSample,
  before: Judgement | undefined,
): Judgement | undefined {
  const { recorder, tracer } = user.context
  let judgement = before
  for (const check of compiled.checks) {
    let pass = false
    try {
      const result = check.run(answer, user)
      pass = result.pass
      if (!pass) {
        // A status that is an error by itself keeps its kind, so that one cause is counted under one name.
        judgement =
          check.ofStatus && answer.status >= 400
            ? failure(judgement, `status ${answer.status}`, `${compiled.name} answered ${answer.status}`)
            : failure(judgement, `check: ${check.text}`, `found ${result.actual}`)
      }
      tracer?.check?.({ request: compiled.name, text: check.text, pass, actual: result.actual })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      judgement = { ...failure(judgement, 'template', error.message), endsIteration: true }
    }
    if (compiled.index >= 0) recorder.check(sample.phase, compiled.index, check.text, pass, sample.endUs)
  }
  return judgement
}

function runSaves(
  compiled: CompiledRequest,
  answer: KeptAnswer,
  user: UserSlot,
  before: Judgement | undefined,
): Judgement | undefined {
  let judgement = before
  for (const save of compiled.saves) {
    // null is a value that was found.
    const found = save.read(answer, user)
    const value = found === undefined ? save.fallback : found
    if (value === undefined) {
      judgement = failure(judgement, `save: ${save.name}`, `${save.text} found nothing`)
      judgement.endsIteration = true
    } else {
      user.save(save.name, value)
      user.context.tracer?.saved?.({ name: save.name, value })
    }
  }
  return judgement
}

/** The first reason stands. */
function failure(before: Judgement | undefined, kind: string, sample: string): Judgement {
  return before ?? { kind, sample: sample.slice(0, 300), endsIteration: false }
}

function graphqlErrors(json: JsonValue | undefined): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const errors = (json as { readonly [key: string]: JsonValue })['errors']
  return errors === undefined || errors === null ? undefined : JSON.stringify(errors)
}
