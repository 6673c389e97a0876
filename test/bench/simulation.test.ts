import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SIMULATION_STEPS } from '../../bench/simulation-steps.ts'

test('a small simulation goes through every step; each checks what it made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-simulation-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const said: Record<string, string> = {}
  for (const { name, run } of SIMULATION_STEPS) said[name] = await run({ folder, generators: 3, seconds: 900 })
  expect(said['quote']).toContain('3 generators, 2 legs')
  expect(said['schedule']).toContain('2847 users, 27000 arrivals')
  expect(said['aggregate']).toMatch(/^(pass|inconclusive), \d+ requests/)
})
