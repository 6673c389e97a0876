import { describe, expect } from 'vitest'
import type { ProgressEvent } from '../../lib/report/progress-event.ts'
import { it, type Shell, unfailed } from './shell.ts'

async function shellWithRun(shell: Shell): Promise<void> {
  const server = await shell.server()
  shell.write(
    'a.yml',
    `
target: ${server.url}
load:
  - { users: 3, for: 500ms, warmup: true }
  - { name: steady, users: 3, for: 1s }
steps:
  - get: /
  - think: 20ms
thresholds:
  - errors < 1%
  - p95 < 10s
`,
  )
}

describe.concurrent('live progress', () => {
  it('plain lines on stderr where that is no terminal, and the report alone on stdout', async ({ openShell }) => {
    const shell = openShell()
    await shellWithRun(shell)
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml'])
    expect(unfailed.codes).toContain(code)
    const lines = stderr.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.at(-1)).toMatch(/^HTML report: \.squall\/runs\/\S+\/report\/report\.html$/)
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^[\d.]+ m?s of 1\.5 s, .*: \d+ users?, .* requests?, 0 failures/)
    expect(stdout).toMatch(unfailed.verdict)
    expect(stdout).not.toMatch(/HTML report|of 1\.5 s, /)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    expect(stdout + stderr).not.toMatch(/\u001b/)
    const path = lines.at(-1)?.slice('HTML report: '.length) ?? ''
    expect(shell.read(path)).toMatch(/^<!doctype html>/i)
  })

  it('nothing on stderr with --quiet', async ({ openShell }) => {
    const shell = openShell()
    await shellWithRun(shell)
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml', '-q'])
    expect(unfailed.codes).toContain(code)
    expect(stderr).toBe('')
    expect(stdout).toMatch(unfailed.verdict)
  })

  it('--json: every line of stdout is an event, from the plan to the report', async ({ openShell }) => {
    const shell = openShell()
    await shellWithRun(shell)
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml', '--json', '--report', 'json=report.json'])
    expect(unfailed.codes).toContain(code)
    expect(stderr).toBe('')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as ProgressEvent)
    for (const event of events)
      expect(event).toMatchObject({ v: 1, event: expect.any(String), atMs: expect.any(Number) })
    const kinds = events.map(({ event }) => event).filter(kind => kind !== 'warning')
    expect(kinds[0]).toBe('plan')
    expect(kinds[1]).toBe('start')
    expect(kinds.slice(-4)).toEqual(['threshold', 'threshold', 'end', 'report'])
    expect(kinds.filter(kind => kind === 'progress').length).toBeGreaterThan(0)
    expect(kinds.filter(kind => kind === 'phase').length).toBeGreaterThan(0)
    const instants = events.map(({ atMs }) => atMs)
    expect(instants.toSorted((a, b) => a - b)).toEqual(instants)
    const last = events.at(-1)
    expect(last).toEqual({ v: 1, event: 'report', atMs: expect.any(Number), report: shell.report('report.json') })
  })

  it('a report asked for on stdout is the only thing there', async ({ openShell }) => {
    const shell = openShell()
    await shellWithRun(shell)
    const { code, stdout } = await shell.squall(['run', 'a.yml', '--report', 'json'])
    expect(unfailed.codes).toContain(code)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'squall.report.v1', total: { failures: 0 } })
  })

  it('a reader that goes away is no fault of the run', async ({ openShell }) => {
    const shell = openShell()
    await shellWithRun(shell)
    const run = shell.start(['run', 'a.yml', '--json', '--report', 'json=report.json'])
    await run.until(/"plan"/)
    run.child.stdout?.destroy()
    const { code, stderr } = await run.ended
    expect(unfailed.codes).toContain(code)
    expect(stderr).toBe('')
    expect(shell.report('report.json').total.failures).toBe(0)
  })
})
