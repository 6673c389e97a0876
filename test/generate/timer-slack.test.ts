import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sharpenWaits } from '../../lib/generate/timer-slack.ts'

const linux = existsSync('/proc/thread-self')

it.skipIf(!linux)('waits of this thread have a slack of a microsecond, or what the system insists on', () => {
  const thread = readlinkSync('/proc/thread-self').split('/').at(-1)
  const read = () => Number(readFileSync(`/proc/${thread}/timerslack_ns`, 'utf8'))
  const before = read()
  sharpenWaits()
  expect([before, 1000]).toContain(read())
})

it('takes a system without the setting as it is', () => {
  expect(() => sharpenWaits()).not.toThrow()
})
