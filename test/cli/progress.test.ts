import { expect, test } from 'vitest'
import { pausableProgress } from '../../lib/cli/pausable-progress.ts'
import { jsonProgress, plainProgress } from '../../lib/cli/progress.ts'
import type { LiveFigures } from '../../lib/measure/snapshot.ts'
import { writtenTerminal } from './written-terminal.ts'

const hostile = 'warning: \u001b[2J\u009b31m\u202egnp.exe\u2028'

const live: LiveFigures = {
  atMs: 500,
  shards: 1,
  users: 1,
  requests: 0,
  failures: 0,
  ratePerSecond: 0,
  started: 0,
  missed: 0,
  interrupted: 0,
  bytesSent: 0,
  bytesReceived: 0,
  errors: [],
  abort: [],
}

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

test('what comes while progress is held back is shown afterwards, in its order, and at the end at the latest', () => {
  const seen: string[] = []
  const progress = pausableProgress({
    plan: () => void seen.push('plan'),
    live: ({ atMs }) => void seen.push(`live ${atMs}`),
    note: text => void seen.push(text),
    clear: () => void seen.push('clear'),
    end: () => void seen.push('end'),
  })
  progress.note('a')
  progress.pause()
  progress.note('b')
  progress.live(live)
  expect(seen).toEqual(['a', 'clear'])
  progress.resume()
  expect(seen).toEqual(['a', 'clear', 'b', 'live 500'])
  progress.pause()
  progress.note('c')
  progress.end(undefined)
  progress.note('d')
  expect(seen.slice(4)).toEqual(['clear', 'c', 'end', 'd'])
})
