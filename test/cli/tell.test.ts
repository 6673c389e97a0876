import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { logAt, wrapLines } from '../../lib/cli/tell.ts'
import { writtenTerminal } from './written-terminal.ts'

it.each([
  ['short', 'short'],
  ['a place  and what is said of it', 'a place  and what is\n    said of it'],
  ['  fix: squall deploy --bootstrap', '  fix: squall deploy\n    --bootstrap'],
  ['see https://example.com/a/very/long/address now', 'see\n    https://example.com/a/very/long/address\n    now'],
  ['    a line of a file that is wider than that', '    a line of a file that is wider than that'],
  ['one\n\ntwo', 'one\n\ntwo'],
])('%j', (text, wrapped) => expect(wrapLines(text, 20)).toBe(wrapped))

it('a line of a log begins with the time of day here, on its first line only', () => {
  const shown = writtenTerminal()
  logAt(shown, `run a  PASS: ${'word '.repeat(20)}`.trimEnd(), new Date(2026, 0, 31, 7, 8, 9, 999).getTime())
  const [first = '', ...more] = shown.written.join('').trimEnd().split('\n')
  expect(first).toMatch(/^07:08:09 run a {2}PASS: word /)
  expect(more.join('\n')).toMatch(/^ {4}word /)
})

const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 30 })

test.prop([words, fc.integer({ min: 20, max: 100 })])(
  'no word is lost, and no line is wider that could be broken',
  (all, width) => {
    const lines = wrapLines(all.join(' '), width).split('\n')
    expect(lines.flatMap(line => line.trim().split(' '))).toEqual(all)
    for (const line of lines) if (line.length > width) expect(line.trim()).not.toContain(' ')
  },
)
