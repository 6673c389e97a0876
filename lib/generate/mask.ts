import { inspect } from 'node:util'
import type { Measurements } from '../measure/measurements.ts'
import type { JsonValue } from '../scenario/json.ts'
import { encodeFormComponent, encodeIllegal } from './request-url.ts'

type Values = { readonly [name: string]: JsonValue }

/** Shorter texts are no secrets: masking them would only garble what is shown. */
const leastLength = 3
/** Samples are cut at 200 characters and more: one that long may end in the middle of a secret. */
const cutLength = 200
/** So much of a secret's beginning is masked there. */
const leastPart = 4

/**
 * Replaces every text of at least 3 characters among the values (secrets, what `before:` saved) by `***`: as it is,
 * percent-encoded in the ways of a path, a query and a form, as JSON has it, as JSON has a text of JSON (a sample quotes a
 * body), and its beginning where the text was cut off in the middle of it.
 */
export function maskSecrets(values: Values): (text: string) => string {
  const found = textsIn(values)
    .filter(value => value.length >= leastLength)
    .flatMap(value => [
      value,
      encodeURIComponent(value.toWellFormed()),
      encodeIllegal(value.toWellFormed()),
      encodeFormComponent(value),
      inJson(value),
      inJson(inJson(value)),
    ])
    .sort((a, b) => b.length - a.length)
  const distinct = [...new Set(found)]
  return text =>
    distinct.reduce((masked, secret) => {
      const whole = masked.replaceAll(secret, '***')
      return text.length < cutLength ? whole : withoutCutPart(whole, secret)
    }, text)
}

/** Takes secrets out of the lines that show errors, before they leave the generator. */
export function maskSamples(measurements: Measurements, mask: (text: string) => string): void {
  const { phases, requestNames } = measurements.plan
  for (const phase of phases.keys()) {
    for (const request of requestNames.keys()) {
      const errors = measurements.figures(phase, request)?.errors.byKind.values() ?? []
      for (const error of errors) error.sample = mask(error.sample)
    }
  }
}

/** What failed without its secrets, for logs and causes; the error itself where nothing that is shown of it has any. */
export function maskError(error: unknown, mask: (text: string) => string): unknown {
  if (mask(inspect(error)) === inspect(error)) return error
  if (!(error instanceof Error)) return new Error(mask(String(error)))
  const masked = new Error(mask(error.message))
  masked.name = error.name
  masked.stack = mask(error.stack ?? '')
  return masked
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

function withoutCutPart(text: string, secret: string): string {
  const end = text.endsWith('...') ? text.length - 3 : text.length
  for (let length = Math.min(secret.length - 1, end); length >= leastPart; length--) {
    if (text.startsWith(secret.slice(0, length), end - length))
      return `${text.slice(0, end - length)}***${text.slice(end)}`
  }
  return text
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
