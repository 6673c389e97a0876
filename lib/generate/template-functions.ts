import { createHash, createHmac } from 'node:crypto'
import type { Random } from '../plan/random.ts'
import type { JsonValue } from '../scenario/json.ts'
import { hmacAlgorithms } from '../scenario/template-function.ts'
import { makeFake } from './fake-values.ts'
import type { Scope } from './scope.ts'
import { TemplateError } from './template-error.ts'

/** What an expression can hold: JSON, and the bytes about to be sent. */
export type Content = JsonValue | Uint8Array

type TemplateFunction = (values: readonly Content[], scope: Scope) => Content | undefined

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const longestString = 1_000_000
const hexByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const functions: Readonly<Record<string, TemplateFunction>> = {
  uuid: (_, scope) => uuidOf(scope.random),
  now: (_, scope) => scope.epochMs(),
  randomInt: ([from, to], scope) => randomInteger(from, to, scope.random),
  randomString: ([length], scope) => randomString(length, scope.random),
  pick: ([list], scope) => pickOf(list, scope.random),
  base64: ([content]) => Buffer.from(bytesOf('base64', content)).toString('base64'),
  sha256: ([content]) => createHash('sha256').update(bytesOf('sha256', content)).digest('hex'),
  hmac: ([algorithm, key, content]) => hmac(algorithm, key, content),
  number: ([content]) => numberOf(content),
}

/** The function of that name (`uuid`, `fake.email`), which the scenario's reader has made sure exists. */
export function templateFunction(name: string): TemplateFunction {
  if (name.startsWith('fake.')) return makeFake(name.slice('fake.'.length))
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (found === undefined) throw new Error(`there is no template function ${name}()`)
  return found
}

/** A random UUID, version 4 (RFC 9562, 5.4), of the iteration's own sequence. */
function uuidOf(random: Random): string {
  const a = random.word()
  const b = (random.word() & 0xffff0fff) | 0x4000
  const c = (random.word() & 0x3fffffff) | 0x80000000
  const d = random.word()
  return `${hex(a)}-${hexHalf(b >>> 16)}-${hexHalf(b)}-${hexHalf(c >>> 16)}-${hexHalf(c)}${hex(d)}`
}

function hex(word: number): string {
  return hexHalf(word >>> 16) + hexHalf(word)
}

function hexHalf(word: number): string {
  return (hexByte[(word >>> 8) & 255] ?? '') + (hexByte[word & 255] ?? '')
}

function randomInteger(from: Content | undefined, to: Content | undefined, random: Random): number {
  if (typeof from !== 'number' || typeof to !== 'number' || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw new TemplateError('randomInt() takes two whole numbers')
  }
  if (from > to) throw new TemplateError(`randomInt(${from}, ${to}): the first number is the greater one`)
  return random.integer(from, to)
}

function randomString(length: Content | undefined, random: Random): string {
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || length > longestString) {
    throw new TemplateError(`randomString() takes a whole number up to ${longestString}`)
  }
  let text = ''
  for (let at = 0; at < length; at++) text += letters[random.integer(0, letters.length - 1)]
  return text
}

function pickOf(list: Content | undefined, random: Random): Content | undefined {
  if (!Array.isArray(list)) throw new TemplateError('pick() takes a list')
  const items: readonly JsonValue[] = list
  return items.length === 0 ? undefined : items[random.integer(0, items.length - 1)]
}

function hmac(algorithm: Content | undefined, key: Content | undefined, content: Content | undefined): string {
  if (typeof algorithm !== 'string' || !hmacAlgorithms.includes(algorithm)) {
    throw new TemplateError(`hmac() takes one of ${hmacAlgorithms.join(', ')} first`)
  }
  return createHmac(algorithm, bytesOf('hmac', key)).update(bytesOf('hmac', content)).digest('hex')
}

/** Text as UTF-8; numbers and booleans as they are written in text. */
function bytesOf(name: string, content: Content | undefined): Uint8Array | string {
  if (typeof content === 'string' || content instanceof Uint8Array) return content
  if (typeof content === 'number' || typeof content === 'boolean') return String(content)
  throw new TemplateError(`${name}() takes text or bytes`)
}

function numberOf(content: Content | undefined): number {
  if (typeof content === 'number') return content
  if (typeof content === 'string' && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(content)) {
    const value = Number(content)
    if (Number.isFinite(value)) return value
  }
  throw new TemplateError(`number() was given ${typeof content === 'string' ? 'text that is not a number' : 'no text'}`)
}
