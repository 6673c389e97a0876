import type { JsonValue } from '../scenario/json.ts'
import type { CompiledRequest } from './compiled-request.ts'
import type { KeptAnswer } from './kept-answer.ts'

/**
 * What expressions see as `response`: `status` (0 where no answer came), `time` in ms and `size` in bytes, and as far as
 * the flow reads them `headers`, `body` and `json` (null where the body is none).
 */
export function responseValue(answer: KeptAnswer, kept: CompiledRequest | undefined): JsonValue {
  const response: Record<string, JsonValue> = { status: answer.status, time: answer.timeMs, size: answer.sizeBytes }
  if (kept?.keepsHeaders) response['headers'] = Object.fromEntries(answer.entries())
  if (kept?.keepsBody) {
    response['body'] = answer.text()
    response['json'] = answer.json() ?? null
  }
  return response
}
