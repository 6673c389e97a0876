import { expect, test } from 'vitest'
import { tracePrinter } from '../../lib/cli/trace-printer.ts'
import { maskSecrets } from '../../lib/generate/mask.ts'
import type { Tracer } from '../../lib/generate/tracer.ts'

const secret = `key-${'0123456789'.repeat(20)}`
const multiline = '-----BEGIN KEY-----\nabcdefgh\nijklmnop\n-----END KEY-----'

function shown(print: (tracer: Tracer) => void): string {
  const parts: string[] = []
  const mask = maskSecrets({ secret, multiline })
  print(tracePrinter(part => parts.push(part), { colour: false, width: 80, mask }))
  return parts.join('')
}

test('no part of a secret is left where a line is cut or a body is split', () => {
  const text = shown(tracer => {
    tracer.request?.({
      name: 'POST /login',
      method: 'POST',
      url: `http://h/?k=${secret}`,
      headers: ['authorization', `Bearer ${secret}`],
      body: new TextEncoder().encode(`a\n${multiline}\nb`),
    })
    tracer.answer?.({ name: 'a', status: 200, timeMs: 5, headers: [['x-key', secret]], body: multiline })
    tracer.saved?.({ name: 'key', value: multiline })
    tracer.failure?.({ request: 'a', kind: 'ECONNRESET', message: `at ${secret}` })
  })
  expect(text).toContain('authorization: Bearer ***')
  expect(text).not.toMatch(/key-0|abcdefgh|ijklmnop/)
})

test('what an answer holds moves no cursor and changes no colour', () => {
  const text = shown(tracer =>
    tracer.answer?.({
      name: 'a',
      status: 200,
      timeMs: 5,
      headers: [['x', '\u001b[2J\u009b31m']],
      body: '\u001b]0;title\u0007\n\u202ex',
    }),
  )
  expect(text).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e]/u)
})
