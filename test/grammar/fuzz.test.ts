import { fc, test as property } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { parseCheck } from '../../lib/scenario/check.ts'
import type { Parsed } from '../../lib/scenario/grammar-error.ts'
import { parseSave } from '../../lib/scenario/save.ts'
import { parseSource } from '../../lib/scenario/source.ts'
import { parseExpression, parseTemplate } from '../../lib/scenario/template.ts'
import { parseThreshold } from '../../lib/scenario/threshold.ts'

const words =
  `json css xml regex header cookie body status time size is not exists does exist contain contains matches in missing
  all any or $ $.a $..b [*] [0] ['x'] /a/ /(/ /[/i { } {{ }} ( ) [ ] " ' < <= > >= = == != p95 p99.9 errors status 5xx
  2xx checks throughput flow phase GET /me: : every after abort 10s 1% 30/s 5 0.5 {{ x }} uuid() fake.email() a.b && || !
  + - * h1 a > li @href //a[ count(//a) 200..299 [200,204] first byte connect \\ \\/ . , ; \u0000 \u{1f600} é`.split(
    /\s+/,
  )
const soup = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words) }, fc.string({ maxLength: 4 })), {
  maxLength: 12,
})
const text = fc.oneof(
  soup.map(pieces => pieces.join(' ')),
  soup.map(pieces => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

/** Every error has a message of one line, and a place inside the text. */
function expectOutcome(outcome: Parsed<unknown>, source: string): void {
  if (outcome.ok) return
  expect(outcome.errors.length).toBeGreaterThan(0)
  for (const { message, offset = 0 } of outcome.errors) {
    expect(message).not.toBe('')
    expect(offset).toBeGreaterThanOrEqual(0)
    expect(offset).toBeLessThanOrEqual(source.length)
  }
}

describe('whatever is written is read or refused, and nothing throws', () => {
  const parsers: readonly (readonly [string, (source: string) => Parsed<unknown>])[] = [
    ['template', parseTemplate],
    ['expression', parseExpression],
    ['source', parseSource],
    ['check', parseCheck],
    ['save', source => parseSave('n', source)],
    ['threshold', source => parseThreshold(source)],
    ['scoped threshold', source => parseThreshold(source, 'GET /')],
  ]
  for (const [name, parse] of parsers) {
    property.prop([text], { numRuns: 1500 })(name, source => expectOutcome(parse(source), source))
  }

  property.prop([soup.map(pieces => pieces.join(' '))], { numRuns: 1500 })('a check after its source', rest => {
    for (const kind of ['json', 'css', 'xml', 'regex', 'status is', 'time <', 'body contains']) {
      expectOutcome(parseCheck(`${kind} ${rest}`), `${kind} ${rest}`)
    }
  })

  property.prop([soup.map(pieces => pieces.join(' '))], { numRuns: 1500 })(
    'a threshold that is read is read the same from its text',
    rest => {
      const outcome = parseThreshold(rest)
      if (!outcome.ok) return
      expect(parseThreshold(outcome.value.text)).toEqual(outcome)
    },
  )
})
