import { expect, test } from 'vitest'
import { jsonProgress, plainProgress } from '../../lib/cli/progress.ts'
import { writtenTerminal } from './written-terminal.ts'

const hostile = 'warning: \u001b[2J\u009b31m\u202egnp.exe\u2028'

test('an event is one line, in which a terminal finds nothing to act upon, and reads back as it was', () => {
  const shown = writtenTerminal()
  jsonProgress(shown).note(hostile)
  const [line = ''] = shown.written
  expect(line).toMatch(/^[^\n\p{Cc}\u2028\u202e]*\n$/u)
  expect(JSON.parse(line)).toMatchObject({ v: 1, event: 'warning', text: hostile })
})

test('plain progress is silent until there is a plan', () => {
  const shown = writtenTerminal()
  const progress = plainProgress(shown)
  progress.end(undefined)
  progress.note('a note')
  expect(shown.written).toEqual(['a note\n'])
})
