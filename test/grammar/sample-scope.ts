import type { Answer } from '../../lib/generate/answer.ts'
import { prepareLibraries } from '../../lib/generate/libraries.ts'
import type { Scope } from '../../lib/generate/scope.ts'
import { Random } from '../../lib/plan/random.ts'
import type { Parsed } from '../../lib/scenario/grammar-error.ts'
import type { JsonValue } from '../../lib/scenario/json.ts'

/** The value of a parse that must succeed. */
export function read<T>(outcome: Parsed<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(outcome.errors.map(error => error.message).join('; '))
}

/** Loads what the expressions, sources or checks in `value` need, as a generator does for a scenario. */
export async function prepare(value: unknown): Promise<void> {
  await prepareLibraries({ flows: [value], before: [], after: [] } as unknown as Parameters<typeof prepareLibraries>[0])
}

export function sampleScope(values: Readonly<Record<string, JsonValue>>, seed = 1): Scope {
  return {
    value: root => (Object.hasOwn(values, root) ? values[root] : undefined),
    random: new Random(seed),
    epochMs: () => 1_700_000_000_123,
    body: new TextEncoder().encode('{"a":1}'),
  }
}

export function sampleAnswer(parts: {
  readonly status?: number
  readonly body?: string
  readonly timeMs?: number
  readonly headers?: readonly (readonly [string, string])[]
  readonly cookies?: Readonly<Record<string, string>>
}): Answer {
  const { status = 200, body = '', timeMs = 12.3456, headers = [], cookies = {} } = parts
  return {
    status,
    timeMs,
    sizeBytes: body.length,
    header: name => headers.find(([each]) => each === name)?.[1],
    headers: name => headers.filter(([each]) => each === name).map(([, value]) => value),
    cookie: name => cookies[name],
    text: () => body,
    json: () => {
      try {
        return JSON.parse(body)
      } catch {
        return undefined
      }
    },
  }
}
