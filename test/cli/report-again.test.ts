import { describe, expect } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import { reportFormatNames } from '../../lib/report/report-formats.ts'
import { it, unfailed } from './shell.ts'

const smoke = (url: string) => `target: ${url}\nname: two pages\nsteps: [get: /one, get: /two]\n`

describe.concurrent('runs and their reports', () => {
  it('a stored run gives each format again, byte for byte', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((request, response) =>
      response.writeHead(request.url === '/two' ? 404 : 200).end('<script>alert(1)</script>'),
    )
    shell.write('a.yml', smoke(server.url))
    const files = reportFormatNames.flatMap(format => ['--report', `${format}=reports/${format}`])
    const run = await shell.squall(['run', 'a.yml', '--quiet', ...files])
    expect(run.code).toBe(1)
    expect(shell.read('reports/terminal')).toBe(run.stdout)
    for (const format of reportFormatNames) {
      const again = await shell.squall(['report', 'last', '--format', format])
      expect([again.code, again.stderr]).toEqual([0, ''])
      expect(again.stdout.trimEnd()).toBe(shell.read(`reports/${format}`).trimEnd())
      expect(again.stdout.length).toBeGreaterThan(100)
    }
    const written = await shell.squall(['report', 'last', '--format', 'junit', '--output', 'new/junit.xml'])
    expect([written.code, written.stdout, written.stderr]).toEqual([0, '', ''])
    expect(shell.read('new/junit.xml')).toBe(shell.read('reports/junit'))
    const { id } = shell.report('reports/json').run
    expect(shell.read(`.squall/runs/${id}/report/report.html`)).toBe(shell.read('reports/html'))
  })

  it('a run is found by its id and by the beginning of one, if that is one run alone', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', smoke(server.url))
    const reports = [(await shell.run(['a.yml'])).report, (await shell.run(['a.yml', '--users', '2'])).report]
    const [first, second] = reports.map(({ run }) => run.id)
    if (first === undefined || second === undefined) throw new Error('two runs')

    const runs = await shell.squall(['runs', '--json'])
    expect(JSON.parse(runs.stdout)).toMatchObject([
      { id: second, scenario: 'two pages', target: server.url, state: 'done' },
      { id: first, scenario: 'two pages', target: server.url, state: 'done' },
    ])
    expect(JSON.parse((await shell.squall(['runs', '--json', '--limit', '1'])).stdout)).toHaveLength(1)
    const table = (await shell.squall(['runs'])).stdout
    expect(table.indexOf(second)).toBeGreaterThan(0)
    expect(table.indexOf(first)).toBeGreaterThan(table.indexOf(second))

    const shown = async (text: string) => JSON.parse((await shell.squall(['report', text, '--format', 'json'])).stdout)
    expect(await shown(first)).toEqual(reports[0])
    expect(await shown('last')).toEqual(reports[1])
    let common = 0
    while (first[common] === second[common]) common++
    expect(await shown(first.slice(0, common + 1))).toEqual(reports[0])
    const ambiguous = await shell.squall(['report', first.slice(0, common)])
    expect([ambiguous.code, ambiguous.stdout]).toEqual([3, ''])
    expect(ambiguous.stderr).toMatch(/begins 2 runs/)
    expect(ambiguous.stderr).toContain(first)
    expect(ambiguous.stderr).toContain(second)
    expect((await shell.squall(['report', 'x'])).code).toBe(3)
  })

  it('runs in one folder at once do not disturb each other', async ({ openShell }) => {
    const shell = openShell()
    const servers = await Promise.all([shell.server(), shell.server(), shell.server()])
    const runs = await Promise.all(
      servers.map(({ url }) => shell.squall(['run', url, '--rate', '40/s', '--for', '1s', '--report', 'json'])),
    )
    for (const { code, stderr } of runs) expect(unfailed.codes, stderr).toContain(code)
    const ids = runs.map(({ stdout }, at) => {
      const { run, total } = JSON.parse(stdout) as Report
      expect([run.target, total.count, servers[at]?.seen.length]).toEqual([servers[at]?.url, 40, 40])
      return run.id
    })
    const listed = JSON.parse((await shell.squall(['runs', '--json'])).stdout) as { id: string }[]
    expect(listed.map(({ id }) => id).sort()).toEqual(ids.sort())
  })
})
