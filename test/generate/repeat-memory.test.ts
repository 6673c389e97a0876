import { expect, it } from 'vitest'
import { RepeatMemory } from '../../lib/generate/repeat-memory.ts'

it('remembers what it is told of a second time', () => {
  const memory = new RepeatMemory<object, string>()
  const key = {}
  memory.made(key, 'first')
  expect(memory.of(key)).toBeUndefined()
  memory.made(key, 'second')
  expect(memory.of(key)).toBe('second')
})

it('forgets what is not seen again within the next 32', () => {
  const memory = new RepeatMemory<object, number>()
  const key = {}
  memory.made(key, 0)
  for (let i = 0; i < 32; i++) memory.made({}, i)
  memory.made(key, 1)
  expect(memory.of(key)).toBeUndefined()
})
