import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sharpenWaits } from '../../lib/generate/timer-slack.ts'

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'squall-slack-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

it("sets this thread's slack to a microsecond", () => {
  const processes = emptyFolder()
  mkdirSync(join(processes, '43'))
  symlinkSync('42/task/43', join(processes, 'thread-self'))
  sharpenWaits(processes)
  expect(readFileSync(join(processes, '43/timerslack_ns'), 'utf8')).toBe('1000')
})

it('takes a system without the setting as it is', () => {
  expect(() => sharpenWaits(emptyFolder())).not.toThrow()
})
