import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkCommand } from '../../lib/cli/check-command.ts'
import { writtenTerminal } from './written-terminal.ts'

test('squall check --print shows a scenario that is the same when it is read again, inline rows too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-print-'))
  try {
    const print = async (text: string) => {
      const file = join(folder, 's.yml')
      writeFileSync(file, text)
      const terminal = writtenTerminal()
      expect(await checkCommand(file, { set: [], print: true }, terminal)).toBe(0)
      return terminal.written[0] ?? ''
    }
    const first = await print(
      'target: http://127.0.0.1:1\ndata: { a: { rows: [{ x: "01" }, { x: two }] } }\nsteps: [get: "/{{ a.x }}"]\n',
    )
    expect(first).toContain('- x: "01"')
    expect(await print(first)).toBe(first)
    const hostile = await print('target: http://127.0.0.1:1\nlabels: { a: "b\u009b\u202e" }\nsteps: [get: /]\n')
    expect(hostile).not.toMatch(/[\u007f-\u009f\u202e]/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
