import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { expectPlainSpeech, it, type Shell, unfailed } from './shell.ts'

/** Two generators, arrivals at 100/s for a minute; it goes on until something ends it. */
function longScenario(url: string): string {
  return `
target: ${url}
load: [{ rate: 100/s, for: 1m }]
steps: [get: /]
after:
  - post: /bye
`
}

async function underWay(shell: Shell) {
  const server = await shell.server()
  shell.write('a.yml', longScenario(server.url))
  const run = shell.start(['run', 'a.yml', '--generators', '2', '--report', 'json=report.json'])
  await run.until(/\d s of 1 m/)
  await sleep(300)
  return { server, run }
}

describe.concurrent('a run that is stopped', () => {
  it.for([
    ['SIGINT', 130, 'interrupted by Ctrl-C'],
    ['SIGTERM', 143, 'terminated by SIGTERM'],
    ['SIGHUP', 129, 'its terminal was closed (SIGHUP)'],
  ] as const)(
    '%s: no request later than a second after it, and the report says so',
    async ([signal, exit, told], { openShell }) => {
      const shell = openShell()
      const { server, run } = await underWay(shell)
      const signalledMs = performance.now()
      run.child.kill(signal)
      const ended = await run.ended
      expectPlainSpeech(ended)
      expect(ended.code).toBe(exit)
      expect(ended.stderr).toContain(told)
      expect(ended.stdout).toMatch(/^INCONCLUSIVE: stopped after/)
      const load = server.seen.filter(({ url }) => url === '/')
      const last = Math.max(...load.map(({ atMs }) => atMs))
      expect(last - signalledMs).toBeLessThan(1000)
      expect(
        server.seen.filter(({ url }) => url === '/bye'),
        '`after` runs after Ctrl-C, too',
      ).toHaveLength(1)

      const report = shell.report('report.json')
      expect(report.verdict.result).toBe('inconclusive')
      expect(report.verdict.reasons[0]).toMatch(/^stopped after/)
      expect(report.total.count + report.interrupted).toBe(load.length)
      const runs = JSON.parse((await shell.squall(['runs', '--json'])).stdout)
      expect(runs).toMatchObject([{ state: 'done', verdict: 'inconclusive' }])
    },
  )

  it('Ctrl-C amid quick answers: each that still comes ends its iteration', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((_, response) => setTimeout(() => response.end('ok'), 50))
    shell.write('a.yml', `target: ${server.url}\nload: [{ users: 20, for: 1m }]\nsteps: [get: /]\n`)
    const run = shell.start(['run', 'a.yml', '--report', 'json=report.json'])
    await run.until(/\d s of 1 m/)
    run.child.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
    const { total, arrivals, interrupted, flows } = shell.report('report.json')
    expect(total.count + interrupted).toBe(server.seen.length)
    expect(flows[0]?.iterations).toBe(total.count)
    expect(arrivals).toMatchObject({ started: server.seen.length, interrupted })
  })

  it('a second Ctrl-C ends it at once', async ({ openShell }) => {
    const shell = openShell()
    const { run } = await underWay(shell)
    run.child.kill('SIGINT')
    await run.until(/once more ends at once/)
    run.child.kill('SIGINT')
    const { code, stdout } = await run.ended
    expect([code, stdout]).toEqual([130, ''])
  })

  it('Ctrl-C while a slow answer is awaited: it is destroyed after a second and counted as interrupted', async ({
    openShell,
  }) => {
    const shell = openShell()
    const server = await shell.server(() => {})
    shell.write('a.yml', `target: ${server.url}\nload: [{ users: 3, for: 1m }]\nsteps: [get: /]\n`)
    const run = shell.start(['run', 'a.yml', '--report', 'json=report.json'])
    await run.until(/\d s of 1 m/)
    run.child.kill('SIGINT')
    const ended = await run.ended
    expectPlainSpeech(ended)
    expect(ended.code).toBe(130)
    const report = shell.report('report.json')
    expect([report.total.count, report.interrupted, server.seen.length]).toEqual([0, 3, 3])
  })

  it('SIGKILL: the run is shown as lost, says why it has no report, and the next one works', async ({ openShell }) => {
    const shell = openShell()
    const { server, run } = await underWay(shell)
    run.child.kill('SIGKILL')
    expect((await run.ended).signal).toBe('SIGKILL')
    // What was on its way still arrives; then there is no more.
    for (let seen = -1; seen !== server.seen.length; await sleep(300)) seen = server.seen.length

    const [lost] = JSON.parse((await shell.squall(['runs', '--json'])).stdout)
    expect(lost.state).toBe('lost')
    expect((await shell.squall(['runs'])).stdout).toMatch(/lost/)
    const report = await shell.squall(['report', 'last'])
    expect([report.code, report.stdout]).toEqual([3, ''])
    expect(report.stderr).toMatch(/has no report.*lost/)
    const abort = await shell.squall(['abort', 'last'])
    expect([abort.code, abort.stderr]).toEqual([3, expect.stringContaining('it is lost')])
    expectSound(shell)

    shell.write('b.yml', `target: ${server.url}\nsteps: [get: /]\n`)
    expect((await shell.run(['b.yml'])).report.total.failures).toBe(0)
    expect((await shell.squall(['report', 'last'])).stdout).toMatch(unfailed.verdict)
  })
})

/** Every JSON document of the store can be read, and so can its database. */
function expectSound(shell: Shell): void {
  const root = join(shell.folder, '.squall')
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const documents = files.filter(({ name }) => name.endsWith('.json'))
  expect(documents.length).toBeGreaterThan(2)
  for (const { parentPath, name } of documents) {
    const text = readFileSync(join(parentPath, name), 'utf8')
    expect(() => JSON.parse(text), name).not.toThrow()
  }
  const database = new DatabaseSync(join(root, 'squall.db'))
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  database.close()
}
