import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sharpenWaits } from '../../lib/generate/timer-slack.ts'

const thread = existsSync('/proc/thread-self') ? readlinkSync('/proc/thread-self').split('/').at(-1) : ''
const file = `/proc/${thread}/timerslack_ns`

it.skipIf(!existsSync(file))('waits of this thread may be put off by a microsecond', () => {
  sharpenWaits()
  expect(Number(readFileSync(file, 'utf8'))).toBe(1000)
})

it('takes a system without the setting as it is', () => {
  expect(() => sharpenWaits()).not.toThrow()
})
