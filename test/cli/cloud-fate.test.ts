import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { askWhatBecomes, type Fate } from '../../lib/cli/cloud-fate.ts'

/** A terminal of 80 columns that is read key by key, as readline reads one, and remembers whether it still is. */
class Keys extends PassThrough {
  isRaw = false
  readonly isTTY = true
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw
    return this
  }
}

function following({ mode = 'ask', canAsk = true }: { readonly mode?: 'ask' | 'abort'; readonly canAsk?: boolean }) {
  const signals = new EventEmitter()
  const input = new Keys()
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  let shown = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const events: ('asked' | readonly [Fate, number | undefined])[] = []
  const stop = askWhatBecomes(
    mode,
    { signals, input, output, canAsk },
    { onAsk: () => void events.push('asked'), onFate: (fate, code) => void events.push([fate, code]) },
  )
  onTestFinished(stop)
  const type = async (text: string) => {
    input.write(text)
    for (let turns = 0; turns < 5; turns++) await turn()
  }
  return { signals, input, events, stop, type, shown: () => shown }
}

it.for([
  ['s\r', 'abort', 130],
  ['Stop \r', 'abort', 130],
  ['l\r', 'leave', 130],
  ['f\r', 'follow', undefined],
  ['\u0003', 'leave', 130],
  ['\u0004', 'leave', 130],
] as const)('typed %j: %s, and the terminal is as it was', async ([typed, fate, code]) => {
  const { signals, input, events, type } = following({})
  signals.emit('SIGINT')
  expect([events, input.isRaw]).toEqual([['asked'], true])
  await type(typed)
  expect([events, input.isRaw]).toEqual([['asked', [fate, code]], false])
})

it('asks again for what is no answer, three times; then nothing is changed', async () => {
  const { signals, events, type, shown } = following({})
  signals.emit('SIGINT')
  for (const typed of ['x', '', 'yes', 'sl']) {
    expect(events).toEqual(['asked'])
    await type(`${typed}\r`)
  }
  expect(events).toEqual(['asked', ['follow', undefined]])
  expect(shown().split('s, l or f: ').length - 1).toBe(4)
  expect(shown()).toContain('it is followed on')
})

it('asks anew at the next Ctrl-C where the run is followed on', async () => {
  const { signals, events, type } = following({})
  signals.emit('SIGINT')
  await type('f\r')
  signals.emit('SIGINT')
  await type('s\r')
  expect(events).toEqual(['asked', ['follow', undefined], 'asked', ['abort', 130]])
})

it('no line that it writes is wider than 60 columns', () => {
  const { signals, shown } = following({})
  signals.emit('SIGINT')
  expect(
    Math.max(
      ...shown()
        .split('\n')
        .map(line => line.length),
    ),
  ).toBeLessThanOrEqual(60)
})

it.for([
  ['Ctrl-C with --abort-on-exit', { mode: 'abort' }, 'SIGINT', 130],
  ['Ctrl-C without a terminal', { canAsk: false }, 'SIGINT', 130],
  ['SIGTERM', {}, 'SIGTERM', 143],
  ['a terminal that is closed', {}, 'SIGHUP', 129],
] as const)('%s stops the load without a question; a second one leaves the run', ([, options, signal, code]) => {
  const { signals, events } = following(options)
  signals.emit(signal)
  expect(events).toEqual([['abort', code]])
  signals.emit(signal)
  expect(events).toEqual([
    ['abort', code],
    ['leave', code],
  ])
})

it('a signal from outside while the question stands leaves the run, and nobody waits for an answer', async () => {
  const { signals, input, events, type } = following({})
  signals.emit('SIGINT')
  signals.emit('SIGTERM')
  expect([events, input.isRaw]).toEqual([['asked', ['leave', 143]], false])
  await type('s\r')
  expect(events).toHaveLength(2)
})

it('a run that ends while the question stands ends the question: what follows has a line of its own', async () => {
  const { signals, input, events, stop, shown } = following({})
  signals.emit('SIGINT')
  stop()
  await turn()
  expect([events, input.isRaw, shown().endsWith('\n')]).toEqual([['asked'], false, true])
  signals.emit('SIGINT')
  expect(events).toEqual(['asked'])
})
