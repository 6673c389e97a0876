import { describe, expect } from 'vitest'
import { it } from './shell.ts'

describe.concurrent('squall init', () => {
  it.for(['smoke', 'users', 'rate'])(
    '--load %s: writes a scenario that check accepts and try runs',
    async (load, { openShell }) => {
      const shell = openShell()
      const server = await shell.server()
      const target = `${server.url}/health?deep=1`
      const init = await shell.squall(['init', 'new.yml', '--target', target, '--load', load, '--limit', '750ms'])
      expect([init.code, init.stderr]).toEqual([0, ''])
      expect(init.stdout).toContain('squall check new.yml')
      const text = shell.read('new.yml')
      expect(text).toMatch(/^# yaml-language-server: \$schema=/)
      expect(text).toMatch(/(p95|max) < 750ms/)
      const check = await shell.squall(['check', 'new.yml'])
      expect([check.code, check.stderr]).toEqual([0, ''])
      const tried = await shell.squall(['try', 'new.yml'])
      expect([tried.code, server.seen.map(({ url }) => url)]).toEqual([0, ['/health?deep=1']])

      const again = await shell.squall(['init', 'new.yml', '--target', target, '--load', load, '--limit', '1s'])
      expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('new.yml is there already')])
      expect(shell.read('new.yml')).toBe(text)
    },
  )

  it('makes the folders on the way to the file', async ({ openShell }) => {
    const shell = openShell()
    const answers = ['--target', 'http://127.0.0.1:8080', '--load', 'smoke', '--limit', '1s']
    const { code, stderr } = await shell.squall(['init', 'load/nightly/new.yml', ...answers])
    expect([code, stderr]).toEqual([0, ''])
    expect(shell.read('load/nightly/new.yml')).toContain('target: ')
  })

  it('tells of every wrong answer at once, and writes nothing', async ({ openShell }) => {
    const shell = openShell()
    const args = ['init', 'new.yml', '--target', 'example', '--load', 'storm', '--limit', '5 m']
    const { code, stderr } = await shell.squall(args)
    expect(code).toBe(3)
    for (const option of ['--target example', '--load storm', '--limit 5 m']) expect(stderr).toContain(option)
    expect(() => shell.read('new.yml')).toThrow()
  })
})

describe.concurrent('squall try', () => {
  it('shows requests, answers, saved values and checks, and masks secrets', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.url === '/login' ? { token: 'abc', echo: request.headers['x-key'] } : [1, 2]))
    })
    shell.write('secret.env', 'API_KEY=correct-horse-battery\n')
    shell.write(
      'a.yml',
      `
target: ${server.url}
load: [{ users: 50, for: 10m }]
flows:
  member:
    weight: 3
    steps:
      - post: /login
        headers: { x-key: "{{ secret.API_KEY }}" }
        json: { user: ann }
        check: [status is 200, json $.token exists]
        save: { token: json $.token, echo: json $.echo }
      - get: /me
        bearer: "{{ token }}"
  visitor:
    steps:
      - get: /
        check: time < 10s
`,
    )
    const { code, stdout, stderr } = await shell.squall(['try', 'a.yml', '--env-file', 'secret.env'])
    expect([code, stderr]).toEqual([0, ''])
    for (const part of [
      'member',
      'POST /login',
      `> POST ${server.url}/login`,
      '{"user":"ann"}',
      '< 200 in ',
      '= token = "abc"',
      '✓ status is 200',
      '✓ json $.token exists',
      '> authorization: Bearer abc',
      'visitor',
      '✓ time < 10s',
      'every flow went through',
    ])
      expect(stdout).toContain(part)
    expect(server.seen.map(({ url }) => url)).toEqual(['/login', '/me', '/'])
    expect(server.seen[0]?.headers['x-key']).toBe('correct-horse-battery')
    expect(stdout).not.toContain('correct-horse')
    expect(stdout).toMatch(/> x-key: .+/)
  })

  it('ends with 1 on a failed check and on a target that refuses', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', `target: ${server.url}\nsteps: [{ get: /, check: [status is 201, body contains okay] }]\n`)
    const failed = await shell.squall(['try', 'a.yml'])
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(/✗ status is 201 \(found 200\)/)
    expect(failed.stdout).toMatch(/✗ body contains okay \(found /)
    await server.close()
    const refused = await shell.squall(['try', 'a.yml'])
    expect(refused.code).toBe(1)
    expect(refused.stdout).toMatch(/✗ ECONNREFUSED/)
  })
})

describe.concurrent('squall run --save', () => {
  const scenario = (url: string) => `
target: ${url}
include: [shared/parts.yml]
http: { tls: { ca: ca.pem } }
data: { account: { file: rows/accounts.csv } }
steps:
  - { post: "/{{ account.name }}", file: body.txt }
  - use: upload
`
  const files = {
    'load/ca.pem': '-----BEGIN CERTIFICATE-----\n',
    'load/body.txt': 'one body',
    'load/rows/accounts.csv': 'name\nann\n',
    'load/shared/parts.yml': 'snippets: { upload: [{ post: /upload, multipart: [{ photo: { file: a.png } }] }] }\n',
    'load/shared/a.png': 'a picture',
  }

  it('in a folder above: what it saves finds the files from there, and sends the same', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    for (const [name, content] of Object.entries(files)) shell.write(name, content)
    shell.write('load/a.yml', scenario(server.url))
    for (const saved of ['load/beside.yml', 'above.yml']) {
      expect((await shell.run(['load/a.yml', '--save', saved])).report.total.failures).toBe(0)
      expect((await shell.run([saved])).report.total.failures).toBe(0)
    }
    for (const path of ['ca.pem', 'rows/accounts.csv', 'body.txt', 'shared/a.png']) {
      expect(shell.read('load/beside.yml')).toContain(`: ${path}\n`)
      expect(shell.read('above.yml')).toContain(`: load/${path}\n`)
    }
    expect(server.seen.map(({ url }) => url)).toEqual(Array(4).fill(['/ann', '/upload']).flat())
  })

  it.for(['elsewhere/s.yml', 'load/rows/s.yml'])(
    '%s, from where the files cannot be named: refused before any load',
    async (saved, { openShell }) => {
      const shell = openShell()
      const server = await shell.server()
      for (const [name, content] of Object.entries(files)) shell.write(name, content)
      shell.write('elsewhere/other.txt', '')
      shell.write('load/a.yml', scenario(server.url))
      const { code, stderr } = await shell.squall(['run', 'load/a.yml', '--save', saved])
      expect(code).toBe(3)
      expect(stderr).toContain(`--save ${saved}: from there the scenario cannot name `)
      expect(stderr).toContain('ca.pem')
      expect(() => shell.read(saved)).toThrow()
      expect(server.seen).toEqual([])
    },
  )
})

describe.concurrent('squall run URL', () => {
  it('--save writes the scenario that it ran, and that runs again', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    const url = `${server.url}/search?q=a&n=1`
    const first = await shell.run([url, '--rate', '20/s', '--for', '2s', '--save', 'new/saved.yml'])
    expect(first.report.total.count).toBe(40)
    expect(server.seen.map(({ url: seen }) => seen)).toEqual(Array(40).fill('/search?q=a&n=1'))
    const second = await shell.run(['new/saved.yml'])
    expect(second.report.arrivals.planned).toBe(40)
    expect(server.seen).toHaveLength(80)
    expect(second.report.requests.map(({ name }) => name)).toEqual(first.report.requests.map(({ name }) => name))
  })

  it('options of the command line stand over the file, its environments and --set', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write(
      'a.yml',
      `
target: http://127.0.0.1:1
vars: { count: 3, path: /file }
environments:
  here: { target: "${server.url}", vars: { path: /here } }
load: [{ iterations: $count, users: 1 }]
steps: [get: "{{ vars.path }}"]
`,
    )
    await shell.run(['a.yml', '--env', 'here'])
    await shell.run(['a.yml', '--env', 'here', '--set', 'path=/set', '--set', 'count=2'])
    await shell.run(['a.yml', '--target', server.url, '--users', '1', '--for', '100ms', '--set', 'path=/for'])
    const paths = server.seen.map(({ url }) => url)
    expect(paths.slice(0, 5)).toEqual(['/here', '/here', '/here', '/set', '/set'])
    expect(new Set(paths.slice(5))).toEqual(new Set(['/for']))
    const printed = await shell.squall(['check', 'a.yml', '--env', 'here', '--set', 'count=7', '--print'])
    expect(printed.stdout).toContain(server.url)
    expect(printed.stdout).toMatch(/iterations: 7/)
  })
})
