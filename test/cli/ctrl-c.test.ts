import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { onCtrlC } from '../../lib/cli/ctrl-c.ts'

it.each([
  ['own', ['SIGINT'], 1],
  ['passed on', ['SIGUSR2'], 1],
  ['one that came both ways', ['SIGINT', 'SIGUSR2'], 1],
  ['one that came both ways, the other way round', ['SIGUSR2', 'SIGINT'], 1],
  ['two of a terminal', ['SIGINT', 'SIGUSR2', 'SIGINT', 'SIGUSR2'], 2],
  ['two to the starter', ['SIGUSR2', 'SIGUSR2'], 2],
  ['two before one is passed on', ['SIGINT', 'SIGINT', 'SIGUSR2'], 2],
] as const)('tells of Ctrl-C as often as it was pressed: %s', (_, sent, times) => {
  const signals = new EventEmitter()
  let told = 0
  const stop = onCtrlC(signals, () => told++)
  for (const signal of sent) signals.emit(signal)
  expect(told).toBe(times)
  stop()
  for (const signal of sent) signals.emit(signal)
  expect(told).toBe(times)
  expect(signals.eventNames()).toEqual([])
})
