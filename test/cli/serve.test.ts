import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { expectPlainSpeech, it, type Shell, unfailed } from './shell.ts'

/** `squall serve` in a folder of its own; gives the API's URL. */
async function served(shell: Shell, args: readonly string[] = []) {
  const serving = shell.start(['serve', '--port', '0', ...args])
  await serving.until(/HTTP API: (\S+)/)
  const api = /HTTP API: (\S+)/.exec(serving.stdout())?.[1] ?? ''
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${api}/${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { serving, api, send }
}

async function endOf(send: Awaited<ReturnType<typeof served>>['send'], id: string) {
  for (;;) {
    const run = (await (await send('GET', `runs/${id}`)).json()) as { state: string; verdict?: string }
    if (run.state !== 'planned' && run.state !== 'running') return run
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

beforeAll(() => {
  vi.stubEnv('SERVE_TEST_KEY', 'the-key-that-is-named')
  vi.stubEnv('SERVE_TEST_OTHER', 'the-key-that-is-not')
})
afterAll(() => vi.unstubAllEnvs())

describe.concurrent('squall serve', () => {
  it('tells of a path that it does not have where the API is, or what the API has', async ({ openShell }) => {
    const { api, send } = await served(openShell())
    const detail = async (answer: Response) => ((await answer.json()) as { detail: string }).detail
    const list = '/v1/openapi.json lists what there is'
    expect(await detail(await fetch(api))).toBe(`there is nothing at /v1: ${list}`)
    expect(await detail(await send('GET', 'rums'))).toBe(`there is nothing at /v1/rums: ${list}`)
    expect(await detail(await fetch(new URL('/v2', api)))).toBe('there is nothing at /v2: the API is at /v1')
  })

  it('runs what is posted, once for each Idempotency-Key, and gives its parts', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    const { send } = await served(shell)
    const body = {
      scenario: `target: ${server.url}\nload: [{ iterations: 40, users: 4 }]\nsteps: [get: /a]\n`,
      // A run here costs nothing.
      estimateUsdMax: 0,
    }
    const first = await send('POST', 'runs', body, { 'idempotency-key': 'night' })
    expect(first.status).toBe(202)
    const { id } = (await first.json()) as { id: string }
    expect(
      ((await (await send('POST', 'runs', body, { 'idempotency-key': 'night' })).json()) as { id: string }).id,
    ).toBe(id)
    const other = { ...body, seed: 4 }
    expect((await send('POST', 'runs', other, { 'idempotency-key': 'night' })).status).toBe(422)
    expect(unfailed.verdict.source).toContain((await endOf(send, id)).verdict?.toUpperCase())
    expect(server.seen.filter(({ url }) => url === '/a')).toHaveLength(40)
    const report = (await (await send('GET', `runs/${id}/summary`)).json()) as {
      total: { count: number }
      cost?: object
    }
    expect(report.total.count).toBe(40)
    expect(report.cost).toBeUndefined()
    expect(await (await send('GET', `runs/${id}/report.html`)).text()).toContain('<html')
    expect(((await (await send('GET', 'runs')).json()) as { runs: unknown[] }).runs).toHaveLength(1)
  })

  it('is followed by squall run --cloud, with files of the scenario, as a local run is', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    const { api } = await served(shell)
    const none = await shell.squall(['report', 'last', '--cloud', '--api', api])
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('the deployment keeps no run yet')])
    shell.write('rows.csv', 'who\nada\nbob\n')
    shell.write(
      'a.yml',
      `target: ${server.url}\nload: [{ iterations: 10, users: 1 }]\ndata: { p: { file: rows.csv } }\nsteps: [get: "/{{ p.who }}"]\n`,
    )
    const ran = await shell.squall(['run', 'a.yml', '--cloud', '--api', api, '--report', 'json=r.json'])
    expect(unfailed.codes, ran.stderr).toContain(ran.code)
    expect(ran.stdout).toMatch(unfailed.verdict)
    expect(shell.report('r.json').total.count).toBe(10)
    expect(server.seen.filter(({ url }) => url === '/ada')).toHaveLength(5)
    const again = await shell.squall(['report', 'last', '--cloud', '--api', api, '--format', 'markdown'])
    expect(again.code, again.stderr).toBe(0)
    expect((await shell.squall(['runs', '--cloud', '--api', api, '--json'])).stdout).toContain('"state": "done"')
  })

  it('stops a run that is aborted, and all of them at Ctrl-C', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    const { api, send, serving } = await served(shell)
    const body = { scenario: `target: ${server.url}\nload: [{ rate: 50/s, for: 1m }]\nsteps: [get: /]\n` }
    const start = async () => ((await (await send('POST', 'runs', body)).json()) as { id: string }).id
    const [first, second] = [await start(), await start()]
    const third = await send('POST', 'runs', body)
    expect(third.status, 'two at once are the most').toBe(429)
    while (server.seen.length < 20) await new Promise(resolve => setTimeout(resolve, 50))
    const early = await shell.squall(['report', 'last', '--cloud', '--api', api])
    expect([early.code, early.stderr]).toEqual([
      3,
      expect.stringMatching(/has no report: it is still running[\s\S]*squall runs --cloud/),
    ])
    const aborted = await shell.squall(['abort', first, '--cloud', '--api', api])
    expect(aborted.code, aborted.stderr).toBe(0)
    expect((await endOf(send, first)).verdict).toBe('inconclusive')
    serving.child.kill('SIGINT')
    const ended = await serving.ended
    expectPlainSpeech(ended)
    expect(ended.code).toBe(0)
    expect(ended.stderr).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d run ${second} +INCONCLUSIVE: stopped`, 'm'))
  })

  it('refuses targets that are not of this machine, web pages, and names bent to it', async ({ openShell }) => {
    const shell = openShell()
    const { api, send } = await served(shell)
    const away = await send('POST', 'runs', { scenario: { target: 'http://192.0.2.1', steps: [{ get: '/' }] } })
    expect(away.status).toBe(403)
    expect(await away.json()).toMatchObject({ faults: [{ path: 'target', fix: 'squall serve --allow 192.0.2.1' }] })
    // A name of RFC 6761 that no resolver knows, and one that leads to this machine.
    for (const path of ['runs', 'estimates']) {
      const nowhere = await send('POST', path, { scenario: 'target: http://shop.invalid\nsteps: [get: /]\n' })
      expect(nowhere.status).toBe(403)
      expect(await nowhere.json()).toMatchObject({
        faults: [{ path: 'target', fix: 'squall serve --allow shop.invalid' }],
      })
    }
    const here = await send('POST', 'estimates', { scenario: 'target: http://localhost:1\nsteps: [get: /]\n' })
    expect(here.status).toBe(200)
    const name = shell.write('away.yml', 'target: http://192.0.2.1\nsteps: [get: /]\n')
    const refused = await shell.squall(['run', name, '--cloud', '--api', api, '--generators', '65'])
    expect(refused.code).toBe(3)
    expect(refused.stderr).toMatch(/^away\.yml target {2}http:\/\/192\.0\.2\.1 is not a target that is allowed here/m)
    expect(away.headers.get('content-type')).toBe('application/problem+json')
    const page = await fetch(`${api}/runs`, { headers: { origin: 'https://example.com' } })
    expect(page.status).toBe(403)
    const bad = await send('POST', 'runs', {
      scenario: 'taget: x\nload: [{ users: 1, for: 5 m }]\nsteps: []\n',
      extra: 1,
    })
    expect(bad.status).toBe(400)
  })

  it('gives scenarios the secrets that --secret names, in before: and in the load, and no other variable', async ({
    openShell,
  }) => {
    const shell = openShell()
    const server = await shell.server()
    const { api, send } = await served(shell, ['--secret', 'SERVE_TEST_KEY'])
    const scenario = (name: string) =>
      `target: ${server.url}\nbefore: [{ get: "/before/{{ secret.${name} }}" }]\nload: [{ iterations: 4, users: 2 }]\nsteps: [get: "/load/{{ secret.${name} }}"]\n`
    const body = { scenario: scenario('SERVE_TEST_OTHER') }
    for (const path of ['runs', 'estimates']) {
      const refused = await send('POST', path, body)
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({
        faults: [{ path: 'secret.SERVE_TEST_OTHER', fix: 'squall serve --secret SERVE_TEST_OTHER' }],
      })
    }
    const name = shell.write('other.yml', body.scenario)
    const ended = await shell.squall(['run', name, '--cloud', '--api', api])
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining('squall serve --secret SERVE_TEST_OTHER')])
    expect(server.seen).toEqual([])
    const answer = await send('POST', 'runs', { scenario: scenario('SERVE_TEST_KEY') })
    const { id } = (await answer.json()) as { id: string }
    expect(unfailed.verdict.source).toContain((await endOf(send, id)).verdict?.toUpperCase())
    const at = (path: string) => server.seen.filter(({ url }) => url === `/${path}/the-key-that-is-named`)
    expect([at('before').length, at('load').length]).toEqual([1, 4])
  })

  it('warns of a range that is open to all, and begins', async ({ openShell }) => {
    const ranges = ['0.0.0.0/0', '::/0', '10.0.0.0/8'].flatMap(range => ['--allow', range])
    const { serving } = await served(openShell(), ranges)
    serving.child.kill('SIGINT')
    const { code, stderr } = await serving.ended
    expect(code).toBe(0)
    expect(stderr).toContain('warning: --allow  0.0.0.0/0 allows every public IPv4 address')
    expect(stderr).toContain('warning: --allow  ::/0 allows every public IPv6 address')
    expect(stderr.match(/warning:/g)).toHaveLength(2)
  })

  it('does not begin where a secret is not there, and tells all of them', async ({ openShell }) => {
    const args = ['SERVE_TEST_KEY', 'SERVE_TEST_NONE', 'TOKEN=hunter2'].flatMap(name => ['--secret', name])
    const ended = await openShell().squall(['serve', '--port', '0', ...args])
    expect([ended.code, ended.stdout]).toEqual([3, ''])
    expect(ended.stderr).toContain('--secret SERVE_TEST_NONE  there is no environment variable SERVE_TEST_NONE')
    expect(ended.stderr).toContain('--secret TOKEN  has a value')
    expect(ended.stderr).not.toContain('hunter2')
    expect(ended.stderr).not.toContain('SERVE_TEST_KEY')
  })

  it('keeps schedules from the command line, lists and removes them, and fires them', { timeout: 120_000 }, async ({
    openShell,
  }) => {
    const shell = openShell()
    const server = await shell.server()
    const { api, send } = await served(shell)
    const name = shell.write('a.yml', `target: ${server.url}\nsteps: [get: /]\n`)
    const schedule = (...args: string[]) => shell.squall(['schedule', ...args, '--api', api])
    const wrong = await schedule('nightly', '--run', name, '--when', 'every night')
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringMatching(/^--when {2}"every night" is no expression/)])
    const over = await schedule(
      'nightly',
      '--run',
      name,
      '--when',
      'at(2020-01-01T00:00:00)',
      '--time-zone',
      'Asia/Tokyo',
    )
    expect([over.code, over.stderr]).toEqual([3, expect.stringMatching(/^--when .*: it is\s+2\S+ in Asia\/Tokyo$/m)])
    const unnamed = await schedule('a b', '--run', name, '--when', 'rate(1 day)', '--time-zone', 'UTC')
    expect([unnamed.code, unnamed.stderr]).toEqual([
      3,
      expect.stringMatching(/^NAME {2}found "a b"\n {2}expected a name/),
    ])
    expect((await schedule('nightly', '--run', name)).code).toBe(3)
    const kept = await schedule('nightly', '--run', name, '--when', 'cron(0 2 * * ? *)', '--time-zone', 'Europe/Berlin')
    expect(kept.code, kept.stderr).toBe(0)
    expect((await schedule()).stdout).toMatch(/nightly +cron\(0 2 .*\) +Europe\/Berlin +nightly +on/)
    const soon = new Date(Date.now() + 5000).toISOString().slice(0, 19)
    const put = await send('PUT', 'schedules/soon', { expression: `at(${soon})`, scenario: 'nightly' })
    expect(put.status).toBe(201)
    while (server.seen.length === 0) await new Promise(resolve => setTimeout(resolve, 100))
    const { runs } = (await (await send('GET', 'runs?scenario=a')).json()) as { runs: { schedule?: string }[] }
    expect(runs.map(run => run.schedule)).toEqual(['soon'])
    expect((await schedule('soon', '--remove')).code).toBe(0)
    const removed = await schedule('nightly', '--remove')
    expect(removed.code).toBe(0)
    expect(removed.stdout.replace(/\s+/g, ' ')).toContain(
      'so is the scenario nightly: DELETE /v1/scenarios/nightly removes it',
    )
    expect((await schedule()).stdout).toBe('no schedules yet\n')
    expect((await schedule('nightly', '--remove')).code).toBe(3)
  })
})
