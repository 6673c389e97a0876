import { describe, expect } from 'vitest'
import { it, type Shell } from './shell.ts'

/** Five users, and a target that answers so many requests and no more. */
async function loadThatFallsSilent(shell: Shell, answers: number, thresholds: string) {
  const server = await shell.server((_, response) => {
    if (server.seen.length <= answers) response.end('ok')
  })
  const load = 'load: [{ users: 5, for: 2s }]\ndrain: 1s'
  shell.write('a.yml', `target: ${server.url}\nsteps: [get: /]\n${load}\nthresholds: [${thresholds}]\n`)
  return server
}

describe.concurrent('what the process tells its caller', () => {
  it('0 for a pass, with every threshold held', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', `target: ${server.url}\nsteps: [get: /]\nload: [{ iterations: 20, users: 2 }]\n`)
    const { code, report } = await shell.run(['a.yml'])
    expect([code, report.verdict.result, report.verdict.reasons]).toEqual([0, 'pass', []])
    expect(server.seen).toHaveLength(20)
  })

  it('1 for a fail, and the reason is the threshold', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((_, response) => response.writeHead(500).end())
    shell.write('a.yml', `target: ${server.url}\nsteps: [get: /]\nload: [{ iterations: 20, users: 2 }]\n`)
    const { code, report } = await shell.run(['a.yml'])
    expect([code, report.verdict.result]).toEqual([1, 'fail'])
    expect(report.verdict.reasons[0]).toMatch(/^errors 100 %/)
  })

  it('2 where the figure was not measured: the p99 of three requests', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write(
      'a.yml',
      `target: ${server.url}\nsteps: [get: /]\nload: [{ iterations: 3, users: 1 }]\nthresholds: [p99 < 10s]\n`,
    )
    const { code, report } = await shell.run(['a.yml'])
    expect([code, report.verdict.result]).toEqual([2, 'inconclusive'])
    expect(report.verdict.reasons[0]).toMatch(/^p99 needs 100 samples, and there are 3$/)
    expect(report.verdict.thresholds.find(({ metric }) => metric === 'p99')).not.toHaveProperty('actual')
  })

  it('2 where nothing was sent at all', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', `target: ${server.url}\nsteps: [{ get: /, when: 1 > 2 }, { think: 10ms }]\n`)
    const { code, report } = await shell.run(['a.yml'])
    expect([code, report.verdict.result, report.total.count]).toEqual([2, 'inconclusive', 0])
    expect(server.seen).toHaveLength(0)
  })

  it('2 where the target fell silent, and the end of the drain cut off what waited for it', async ({ openShell }) => {
    const shell = openShell()
    const server = await loadThatFallsSilent(shell, 100, 'p95 < 900ms, errors < 1%')
    const { code, report } = await shell.run(['a.yml'])
    expect([code, report.verdict.result]).toEqual([2, 'inconclusive'])
    expect(report.verdict.reasons.join()).toMatch(/^4\.76 % of 105 requests had no answer when the load ended/)
    expect(report.verdict.thresholds[0]).toMatchObject({ result: 'pass', samples: 105, unanswered: 5 })
    expect(report.run.durationMs).toBeGreaterThanOrEqual(3000)
    expect([report.total.count, report.interrupted, server.seen.length]).toEqual([100, 5, 105])
  })

  it('1 where more requests than the percentile allows had waited for longer than its limit at the end', async ({
    openShell,
  }) => {
    const shell = openShell()
    await loadThatFallsSilent(shell, 50, 'p95 < 900ms')
    const { code, report, stdout } = await shell.run(['a.yml'])
    expect([code, report.verdict.result]).toEqual([1, 'fail'])
    expect(report.verdict.reasons[0]).toMatch(
      /^p95 at least .* \(5 of 55 requests had no answer yet after .*limit 900 ms/,
    )
    expect(stdout).toMatch(/^FAIL: p95 at least /)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('(5 of 55 requests had no answer yet after')
  })

  it('1 where an abort threshold ends the load early', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((_, response) => response.writeHead(503).end())
    shell.write(
      'a.yml',
      `target: ${server.url}\nsteps: [get: /]\nload: [{ rate: 50/s, for: 60s }]\nthresholds: [errors < 10% after 500ms or abort]\n`,
    )
    const { code, report } = await shell.run(['a.yml'])
    expect([code, report.verdict.result]).toEqual([1, 'fail'])
    expect(report.verdict.reasons.join()).toMatch(/errors .*stopped after/)
    expect(report.run.durationMs).toBeLessThan(30_000)
    expect(server.seen.length).toBe(report.total.count + report.interrupted)
  })

  it('2 after `squall abort last` in another process, for which the answer is 0', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', `target: ${server.url}\nsteps: [get: /]\nload: [{ rate: 50/s, for: 60s }]\n`)
    const run = shell.start(['run', 'a.yml', '--report', 'json=report.json'])
    await run.until(/\d s of 1 m/)
    const abort = await shell.squall(['abort', 'last'])
    expect([abort.code, abort.stderr]).toEqual([0, ''])
    const { code, stdout } = await run.ended
    expect(code).toBe(2)
    expect(stdout).toMatch(/^INCONCLUSIVE: stopped after/)
    expect(shell.report('report.json').run.durationMs).toBeLessThan(30_000)
    const again = await shell.squall(['abort', 'last'])
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('is not under way: it is done')])
  })

  it('3 for a scenario with faults; nothing is sent and no run is kept', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', `target: ${server.url}\nsteps: [gte: /]\n`)
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml'])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/a\.yml:2:\d+ .*gte/)
    expect(server.seen).toHaveLength(0)
    const runs = await shell.squall(['runs', '--json'])
    expect(JSON.parse(runs.stdout)).toEqual([])
  })

  it.for<[string[], string]>([
    [['run'], "missing required argument 'file-or-url'"],
    [['run', 'a.yml', 'b.yml'], 'too many arguments'],
    [['run', 'a.yml', '--generator', '2'], '--generator: squall run has no such option\n  fix: --generators\n'],
    [['run', 'a.yml', '-x'], '-x: squall run has no such option\n  expected an option that squall run --help lists\n'],
    [['run', '--', '-x.yml'], '-x.yml  the file does not exist'],
    [['run', 'a.yml', '--generators', 'two'], '--generators two: expected a whole number from 1 to 10000'],
    [['run', 'a.yml', '--generators', '65'], '--generators 65: expected a whole number from 1 to 64'],
    [['run', 'a.yml', '--generators', '0'], '--generators 0: expected a whole number'],
    [['run', 'a.yml', '--detach'], '--detach goes with --cloud'],
    [['run', 'a.yml', '--abort-on-exit'], '--abort-on-exit goes with --cloud'],
    [['runs', '--api', 'http://127.0.0.1:1/v1'], '--api goes with --cloud'],
    [['report', 'last', '--region', 'eu-west-1'], '--region goes with --cloud'],
    [['abort', 'last', '--profile', 'me'], '--profile goes with --cloud'],
    [['run', 'a.yml', '--cloud', '--detach', '--report', 'html=a.html'], '--detach waits for no report'],
    [['run', 'a.yml', '--seed', '-1'], '--seed -1: expected a whole number'],
    [['run', 'a.yml', '--set', 'peak'], '--set peak: expected name=value'],
    [['run', 'a.yml', '--report', 'pdf'], 'unknown report format "pdf"'],
    [['run', 'a.yml', '--report', 'json='], "the file's name is missing"],
    [['run', 'a.yml', '--json', '--report', 'html'], '--json keeps stdout for events'],
    [['run', 'a.yml', '--report', 'json', '--report', 'csv=-'], 'only one report can go to stdout'],
    [['demo', '--fault', 'flood'], '--fault flood: expected pool, ratelimit, slow or refuse'],
    [['demo', '--port', '65536'], '--port 65536: expected a whole number from 0 to 65535'],
    [['report', 'last'], 'no run is kept here yet'],
    [['report', 'last', '--format', 'pdf'], 'unknown report format "pdf"'],
    [['report', '2026'], 'no run begins with "2026"'],
    [['abort', 'last'], 'no run is kept here yet'],
    [['runs', '--limit', '0'], '--limit 0: expected a whole number'],
    [['init'], 'without a terminal give --target, --load and --limit'],
    [['walk'], "unknown command 'walk'"],
    [[], 'Usage: squall'],
  ])('3 for wrong usage: squall %j', async ([args, message], { openShell }) => {
    const { code, stdout, stderr } = await openShell().squall(args)
    expect(stderr).toContain(message)
    expect([code, stdout]).toEqual([3, ''])
  })

  it.for<[string, string[], string[]]>([
    [
      'run a.yml',
      ['--users', 'x', '--rate', 'y', '--generators', 'k', '--seed', '-1', '--set', 'a', '--report', 'pdf', '--detach'],
      ['--users', '--rate', '--generators', '--seed', '--set', '--report', '--detach'],
    ],
    [
      'check a.yml',
      ['--generators', '0', '--answer-time', 'soon', '--region', 'here'],
      ['--generators', '--answer-time soon', '--answer-time goes with', '--region here', '--region goes with'],
    ],
    ['demo', ['--port', 'x', '--fault', 'flood', '--for', 'ever'], ['--port', '--fault', '--for']],
    [
      'serve',
      ['--port', 'x', '--runs', '0', '--allow', 'a b', '--secret', 'NOT_SET_ANYWHERE'],
      ['--port', '--runs', '--allow', '--secret'],
    ],
    [
      'run a.yml',
      ['--userz', '-5', '--forr=2s', '--usr', '3', '--bogus', '--seed', '-1', '--rate', 'x', '--', '-x.yml'],
      ['--seed -1', '--userz: squall', '--forr: squall', '--usr: squall', '--bogus: squall', '--rate'],
    ],
    ['report last', ['--format', 'pdf', '--region', 'here'], ['--format', '--region here', '--region goes with']],
  ])(
    '3 for squall %s with wrong options, which are told all at once',
    async ([start, options, told], { openShell }) => {
      const { code, stdout, stderr } = await openShell().squall([...start.split(' '), ...options])
      expect([code, stdout]).toEqual([3, ''])
      const heads = stderr.split('\n\n')
      expect(told.filter(option => !heads.some(head => head.startsWith(option)))).toEqual([])
      expect(heads).toHaveLength(told.length)
    },
  )

  it.for([['--help'], ['run', '--help'], ['--version'], ['help', 'check']])(
    '0 for squall %j, on stdout',
    async (args, { openShell }) => {
      const { code, stdout, stderr } = await openShell().squall(args)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).not.toBe('')
      expect(stdout.replace(/\s+/g, ' ')).not.toContain('(default: [')
    },
  )
})
