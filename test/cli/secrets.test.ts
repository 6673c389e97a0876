import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { it, type Shell } from './shell.ts'

const secret = 'correct-horse-battery'
const token = 'token-of-the-whole-run'

/** The text of every file below the shell's folder, by name, but the one that holds the secret. */
function everyFile(shell: Shell): ReadonlyMap<string, string> {
  const entries = readdirSync(shell.folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && entry.name !== 'secret.env')
  return new Map(files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')]))
}

describe.concurrent('secrets', () => {
  it('reach the target, and no artifact, report or line of progress', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((request, response) => {
      response.statusCode = request.url === '/fails' ? 500 : 200
      response.end(JSON.stringify({ token, echo: request.headers['x-key'], url: request.url }))
    })
    shell.write('secret.env', `API_KEY=${secret}\n`)
    shell.write(
      'a.yml',
      `
target: ${server.url}
before:
  - post: /token
    headers: { x-key: "{{ secret.API_KEY }}" }
    save: { token: json $.token }
load: [{ iterations: 4, users: 2 }]
flows:
  main:
    steps:
      - get: /fails
        headers: { x-key: "{{ secret.API_KEY }}" }
        bearer: "{{ token }}"
        check: [body contains nothing, "json $.echo == 'no'", "json $.token == 'no'", status is 200]
      - get: "/{{ secret.API_KEY }}"
      - get: "http://{{ secret.API_KEY }}.invalid/"
`,
    )
    const reports = ['terminal', 'markdown', 'html', 'json', 'junit', 'csv'].flatMap(format => [
      '--report',
      `${format}=r.${format}`,
    ])
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml', '--env-file', 'secret.env', ...reports])
    expect(code).toBe(1)
    const sent = server.seen.filter(({ url }) => url === '/fails')
    expect(sent).toHaveLength(4)
    for (const { headers } of sent)
      expect([headers['x-key'], headers.authorization]).toEqual([secret, `Bearer ${token}`])
    expect(server.seen.filter(({ url }) => url === `/${secret}`)).toHaveLength(4)

    const files = everyFile(shell)
    expect(files.size).toBeGreaterThan(10)
    const texts = new Map([...files, ['stdout', stdout], ['stderr', stderr]])
    expect([...texts].filter(([, text]) => text.includes(secret)).map(([name]) => name)).toEqual([])
    expect([...texts].filter(([, text]) => text.includes(token)).map(([name]) => name)).toEqual([])
  })
})

describe.concurrent('before and after', () => {
  it('run once for the whole run, whatever the number of generators, and are not judged', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((_, response) => response.end(JSON.stringify({ token })))
    shell.write(
      'a.yml',
      `
target: ${server.url}
before: [{ post: /setup, save: { token: json $.token } }]
after: [{ delete: "/setup/{{ token }}" }]
load: [{ iterations: 20, users: 4 }]
steps: [{ get: /, bearer: "{{ token }}" }]
`,
    )
    const { report } = await shell.run(['a.yml', '--generators', '3'])
    expect([report.total.count, report.requests.map(({ name }) => name)]).toEqual([20, ['GET /']])
    const lines = server.seen.map(({ method, url }) => `${method} ${url}`)
    expect(lines).toEqual(['POST /setup', ...Array(20).fill('GET /'), `DELETE /setup/${token}`])
    expect(new Set(server.seen.slice(1, -1).map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Bearer ${token}`]),
    )
  })

  it('a failed before is not started: exit 3, no load, and the run is kept as refused', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((_, response) => response.writeHead(403).end())
    shell.write(
      'a.yml',
      `target: ${server.url}\nbefore: [post: /setup]\nload: [{ rate: 50/s, for: 1m }]\nsteps: [get: /]\n`,
    )
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml'])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/^not started: before: POST \/setup: status 403/m)
    expect(server.seen.map(({ url }) => url)).toEqual(['/setup'])
    expect(JSON.parse((await shell.squall(['runs', '--json'])).stdout)).toMatchObject([{ state: 'refused' }])
    expect((await shell.squall(['report', 'last'])).code).toBe(3)
  })

  it('Ctrl-C while before waits: no load is sent', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((request, response) => {
      if (request.url === '/') response.end()
    })
    shell.write(
      'a.yml',
      `target: ${server.url}\nhttp: { timeout: 2s }\nbefore: [post: /setup]\nload: [{ rate: 50/s, for: 1m }]\nsteps: [get: /]\n`,
    )
    const run = shell.start(['run', 'a.yml'])
    while (server.seen.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
    run.child.kill('SIGINT')
    const { code, stdout } = await run.ended
    expect([code, stdout]).toEqual([130, expect.stringMatching(/^INCONCLUSIVE: stopped after/)])
    expect(server.seen.map(({ url }) => url)).toEqual(['/setup'])
  })
})
