import { execFileSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { it, type Shell, unfailed } from './shell.ts'

/** A scenario's text, a place in it (or of it) that the fault must name, and words that must say what is wrong. */
type BadScenario = {
  readonly what: string
  readonly text: string
  readonly place?: string
  readonly says: readonly RegExp[]
  readonly files?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly before?: (shell: Shell) => void
}

const steps = 'steps: [get: /]'
const good = 'target: TARGET\nsteps: [get: /]\n'
const withRows = (data: string) => `target: TARGET\ndata: ${data}\nsteps: [get: "/{{ account.email }}"]\n`
const withLoad = (phase: string) => `${good}load: [${phase}]\n`
const aliasBomb = ['x-a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map(
      (key, at) => `x-${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(', ')}]`,
    ),
  )
  .concat(good)
  .join('\n')

const badScenarios: readonly BadScenario[] = [
  { what: 'an unclosed quote', text: `target: "TARGET\n${steps}\n`, place: '1:9', says: [/never closed/] },
  { what: 'a tab', text: `target: TARGET\nflows:\n\tmain: 1\n`, place: '3:1', says: [/tab/i] },
  { what: 'an alias bomb', text: aliasBomb, says: [/alias/i] },
  { what: 'an alias to nothing', text: `target: *nowhere\n${steps}\n`, place: '1:9', says: [/nowhere/] },
  {
    what: 'an unknown key',
    text: `target: TARGET\nstesp: [get: /]\n`,
    place: '2:1',
    says: [/"stesp"/, /expected steps/],
  },
  { what: 'a doubled key', text: `target: TARGET\ntarget: TARGET\n${steps}\n`, place: '2:1', says: [/twice/] },
  { what: 'a number whose text would change', text: `${good}vars: { code: 01234 }\n`, says: [/01234/, /quote/i] },
  { what: 'a second document', text: `${good}---\n${good}`, place: '4:1', says: [/second document/] },
  { what: 'two verbs in a step', text: `target: TARGET\nsteps:\n  - get: /\n    post: /\n`, says: [/get/, /post/] },
  { what: 'an empty file', text: '', says: [/empty/] },
  { what: 'a list', text: '- get: /\n', says: [/is a list/] },
  { what: 'no target', text: `${steps}\n`, says: [/has no "target"/] },
  { what: 'no steps', text: 'target: TARGET\n', says: [/no steps/] },
  {
    what: 'text that is not UTF-8',
    text: `${good}# \u{fffd}`,
    says: [/UTF-16/],
    before: shell => shell.write('a.yml', Buffer.from(`\ufeff${good}`, 'utf16le')),
  },

  {
    what: 'a duration with a space',
    text: withLoad('{ users: 5, for: 5 m }'),
    place: '3:25',
    says: [/"5 m" has a space/, /fix: for: 5m/],
  },
  { what: 'a duration without a unit', text: withLoad('{ users: 5, for: 30 }'), says: [/30/, /30s/] },
  { what: 'a negative duration', text: withLoad('{ users: 5, for: -5m }'), says: [/negative/] },
  { what: 'a duration of zero', text: withLoad('{ users: 5, for: 0s }'), says: [/above zero/] },
  { what: 'a duration of an ISO kind', text: withLoad('{ users: 5, for: PT5M }'), says: [/PT5M/, /5m/] },
  { what: 'a negative rate', text: withLoad('{ rate: -5/s, for: 5m }'), says: [/negative/] },
  { what: 'a rate of zero', text: withLoad('{ rate: 0/s, for: 5m }'), says: [/above zero/] },
  { what: 'a rate in another unit', text: withLoad('{ rate: 300 rpm, for: 5m }'), says: [/300\/m/] },
  { what: 'no users', text: withLoad('{ users: 0, for: 5m }'), says: [/at least 1/] },
  {
    what: 'iterations before another phase',
    text: withLoad('{ iterations: 5, users: 1 }, { users: 1, for: 1s }'),
    says: [/last/],
  },

  {
    what: 'an undefined template variable',
    text: `target: TARGET\nsteps: [get: "/{{ product }}"]\n`,
    place: '2:19',
    says: [/nothing defines "product"/],
  },
  {
    what: 'an undefined variable',
    text: `target: TARGET\nvars: { peak: 1 }\nsteps: [get: "/{{ vars.paek }}"]\n`,
    says: [/no variable "paek"/, /vars\.peak/],
  },
  { what: 'an undefined $name', text: withLoad('{ rate: $peak, for: 1s }'), says: [/no variable "peak"/] },
  {
    what: 'an environment variable that is not set',
    text: `target: "{{ env.NO_SUCH_NAME }}"\n${steps}\n`,
    says: [/NO_SUCH_NAME is not set/],
  },
  {
    what: 'a secret that is not set',
    text: `target: TARGET\nsteps: [{ get: /, bearer: "{{ secret.NO_SUCH_TOKEN }}" }]\n`,
    says: [/NO_SUCH_TOKEN/],
  },
  { what: 'an unclosed template', text: `target: TARGET\nsteps: [get: "/{{ uuid("]\n`, says: [/2:/] },
  { what: 'an unknown function', text: `target: TARGET\nsteps: [get: "/{{ uid() }}"]\n`, says: [/uid/, /uuid/] },
  { what: 'an unknown environment', text: good, args: ['--env', 'staging'], says: [/staging/] },
  { what: 'a --set of no variable', text: good, args: ['--set', 'peak=5/s'], says: [/peak/] },
  { what: 'a --rate in no unit', text: good, args: ['--rate', '5', '--for', '1s'], says: [/--rate/, /5\/s/] },

  {
    what: 'an undefined data column',
    text: withRows('{ account: { rows: [{ emial: x }] } }'),
    says: [/no column "email"/],
  },
  {
    what: 'a missing CSV',
    text: withRows('{ account: { file: acounts.csv } }'),
    files: { 'accounts.csv': 'email\nx\n' },
    says: [/"acounts\.csv" does not exist/, /accounts\.csv/],
  },
  {
    what: 'a ragged CSV',
    text: withRows('{ account: { file: a.csv } }'),
    files: { 'a.csv': 'email,password\nx,y\nz\n' },
    says: [/a\.csv/, /3/, /column|cell|field/],
  },
  {
    what: 'a CSV without rows',
    text: withRows('{ account: { file: a.csv } }'),
    files: { 'a.csv': 'email\n' },
    says: [/a\.csv/, /row/],
  },
  { what: 'an empty CSV', text: withRows('{ account: { file: a.csv } }'), files: { 'a.csv': '' }, says: [/a\.csv/] },
  {
    what: 'a CSV that is a folder',
    text: withRows('{ account: { file: a.csv } }'),
    before: shell => mkdirSync(join(shell.folder, 'a.csv')),
    says: [/a\.csv/, /folder/],
  },
  {
    what: 'a CSV that is a dangling link',
    text: withRows('{ account: { file: a.csv } }'),
    before: shell => symlinkSync('nowhere.csv', join(shell.folder, 'a.csv')),
    says: [/a\.csv/],
  },
  {
    what: 'a CSV that is a circle of links',
    text: withRows('{ account: { file: a.csv } }'),
    before: shell => symlinkSync('a.csv', join(shell.folder, 'a.csv')),
    says: [/a\.csv/, /circle/],
  },
  {
    what: 'a path that leaves the folder',
    text: withRows('{ account: { file: ../a.csv } }'),
    says: [/leaves the folder/],
  },
  { what: 'an absolute path', text: withRows('{ account: { file: /etc/hostname } }'), says: [/\/etc\/hostname/] },
  {
    what: 'a link that leaves the folder',
    text: withRows('{ account: { file: a.csv } }'),
    before: shell => symlinkSync('/etc/hostname', join(shell.folder, 'a.csv')),
    says: [/link that leaves the scenario's folder/],
  },
  {
    what: 'a body file that is missing',
    text: `target: TARGET\nsteps: [{ post: /, file: a.bin }]\n`,
    says: [/a\.bin/, /does not exist/],
  },
  {
    what: 'too few rows',
    text: `${withRows('{ account: { rows: [{ email: x }], take: once } }')}load: [{ rate: 10/s, for: 2s }]\n`,
    says: [/1 row/, /20/],
  },

  {
    what: 'a header with a line break',
    text: `target: TARGET\nsteps: [{ get: /, headers: { x-a: "b\\r\\nc: d" } }]\n`,
    place: '2:35',
    says: [/line break/],
  },
  {
    what: 'a header name with a space',
    text: `target: TARGET\nsteps: [{ get: /, headers: { "x a": b } }]\n`,
    says: [/x a/],
  },
  {
    what: 'an unparsable threshold',
    text: `${good}thresholds: [p95 is fast]\n`,
    place: '3:21',
    says: [/"fast" is not a duration/],
  },
  { what: 'a threshold of no subject', text: `${good}thresholds: [speed < 1s]\n`, says: [/speed/] },
  {
    what: 'a threshold on a request that no flow sends',
    text: `${good}thresholds: ["GET /login: p95 < 1s"]\n`,
    says: [/GET \/login/, /expected GET \//],
  },
  { what: 'a threshold on no phase', text: `${good}thresholds: ["phase peak: p95 < 1s"]\n`, says: [/peak/] },
  { what: 'an unparsable check', text: `target: TARGET\nsteps: [{ get: /, check: status is fine }]\n`, says: [/fine/] },
  {
    what: 'a JSON path that is none',
    text: `target: TARGET\nsteps: [{ get: /, save: { a: json $.[ } }]\n`,
    says: [/2:/],
  },
  {
    what: 'a regular expression that is none',
    text: `target: TARGET\nsteps: [{ get: /, save: { a: "regex /(/" } }]\n`,
    says: [/2:/],
  },

  {
    what: 'a port out of range',
    text: `target: http://127.0.0.1:65536\n${steps}\n`,
    place: '1:9',
    says: [/"65536".*out of range/],
  },
  {
    what: 'a target without a scheme',
    text: `target: 127.0.0.1:8080\n${steps}\n`,
    says: [/http:\/\/127\.0\.0\.1:8080/],
  },
  { what: 'a target of another scheme', text: `target: ftp://127.0.0.1\n${steps}\n`, says: [/ftp/] },
]

describe.concurrent('a bad scenario starts nothing', () => {
  it.for(badScenarios)('$what', async ({ text, place, says, files = {}, args = [], before }, { openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', text.replaceAll('TARGET', server.url))
    for (const [name, content] of Object.entries(files)) shell.write(name, content)
    before?.(shell)
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml', '--report', 'json=out/report.json', ...args])
    expect([code, stdout], stderr).toEqual([3, ''])
    for (const words of says) expect(stderr).toMatch(words)
    if (place !== undefined) expect(stderr).toContain(`a.yml:${place} `)
    expect(stderr).toMatch(/\d+ faults?; nothing was sent\n$/)
    expect(server.seen).toHaveLength(0)
    expect(readdirSync(shell.folder)).not.toContain('out')
  })

  it('all faults of a file are told at once', async ({ openShell }) => {
    const shell = openShell()
    shell.write('a.yml', 'target: ftp://x\nload: [{ users: 5, for: 5 m }]\nstesp: []\nthresholds: [p95 is fast]\n')
    const { code, stderr } = await shell.squall(['check', 'a.yml'])
    expect(code).toBe(3)
    for (const line of [1, 2, 3, 4]) expect(stderr).toContain(`a.yml:${line}:`)
  })
})

describe.concurrent('what is named on the command line and is not there', () => {
  it.for<[string, string, RegExp]>([
    ['a missing file', 'nothing.yml', /nothing\.yml {2}the file does not exist/],
    ['a folder', 'folder', /this is a folder/],
    ['a dangling link', 'dangling.yml', /dangling\.yml {2}the file does not exist/],
    ['a circle of links', 'circle.yml', /circle/],
    ['a file of another kind', 'data.csv', /"\.csv"/],
    ['a module that cannot be imported', 'broken.ts', /cannot be imported/],
    ['a module that throws', 'throws.ts', /cannot be imported: no luck/],
    ['a module without a scenario', 'empty.ts', /no default export/],
    ['a device', '/dev/null', /regular file/],
    ['another scheme', 'ftp://127.0.0.1/', /neither a file nor an http/],
    ['a URL without its scheme', '127.0.0.1:8080/health', /fix: http:\/\/127\.0\.0\.1:8080\/health/],
    ['a URL with a port out of range', 'http://127.0.0.1:65536/', /out of range/],
  ])('%s', async ([, named, says], { openShell }) => {
    const shell = openShell()
    mkdirSync(join(shell.folder, 'folder'))
    symlinkSync('nowhere.yml', join(shell.folder, 'dangling.yml'))
    symlinkSync('circle.yml', join(shell.folder, 'circle.yml'))
    shell.write('data.csv', 'a\n1\n')
    shell.write('broken.ts', 'export default {{\n')
    shell.write('throws.ts', "throw new Error('no luck')\n")
    shell.write('empty.ts', 'export const scenario = {}\n')
    const { code, stdout, stderr } = await shell.squall(['run', named])
    expect([code, stdout], stderr).toEqual([3, ''])
    expect(stderr).toMatch(says)
  })

  it('an unresolvable host, before any load', async ({ openShell }) => {
    const shell = openShell()
    const { code, stdout, stderr } = await shell.squall(['run', 'http://something.invalid/', '--report', 'json=r.json'])
    // Without a name server there is no telling that a name does not exist: then each request counts the failure.
    const known = await lookup('something.invalid').catch(({ code: cause }) => cause)
    if (known === 'ENOTFOUND') {
      expect([code, stdout]).toEqual([3, ''])
      expect(stderr).toMatch(/"something\.invalid" cannot be found/)
    } else {
      expect(code).toBe(1)
      expect(stderr).toMatch(/could not be looked up yet/)
      expect(shell.report('r.json').total.errors).toMatchObject([{ kind: expect.stringMatching(/^dns/), count: 1 }])
    }
  })
})

describe.concurrent('a place that cannot be written', () => {
  it.for<[string, string[], RegExp]>([
    ['a report below a file', ['--report', 'json=taken/report.json'], /cannot write the report taken\/report\.json: /],
    ['a report that is a folder', ['--report', 'html=folder'], /cannot write the report folder: it is a folder/],
    ['a store that is a file', ['--store', 'taken'], /cannot write taken: /],
    ['a store below a file', ['--store', 'taken/store'], /cannot write taken\/store: /],
    ['a store whose database is none', ['--store', 'odd'], /cannot open odd\/squall\.db: /],
    ['a saved scenario below a file', ['--save', 'taken/s.yml'], /cannot write taken\/s\.yml: /],
  ])('%s: found before any load', async ([, args, says], { openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('taken', 'a file')
    shell.write('odd/squall.db', 'this is no database, but some text that is longer than a header of SQLite is')
    mkdirSync(join(shell.folder, 'folder'))
    shell.write('a.yml', good.replace('TARGET', server.url))
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml', ...args])
    expect([code, stdout], stderr).toEqual([3, ''])
    expect(stderr).toMatch(says)
    expect(server.seen).toHaveLength(0)
  })

  it('a run that does not begin leaves no empty report, and one of before as it was', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((_, response) => response.writeHead(401).end())
    shell.write('a.yml', `${good.replace('TARGET', server.url)}before: [{ get: /login }]\n`)
    shell.write('old.xml', '<testsuites/>')
    const reports = ['--report', 'json=out/new.json', '--report', 'junit=old.xml']
    const { code } = await shell.squall(['run', 'a.yml', ...reports])
    expect([code, server.seen.map(({ url }) => url)]).toEqual([3, ['/login']])
    expect(existsSync(join(shell.folder, 'out/new.json'))).toBe(false)
    expect(shell.read('old.xml')).toBe('<testsuites/>')
  })

  it('a full disk under a report: the other reports are written, and the run is kept', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', good.replace('TARGET', server.url))
    const reports = ['--report', 'json=/dev/full', '--report', 'csv=report.csv']
    const { code, stdout, stderr } = await shell.squall(['run', 'a.yml', ...reports])
    expect(code).toBe(4)
    expect(stderr).toMatch(/cannot write the report \/dev\/full: the disk is full/)
    expect(stdout).toMatch(unfailed.verdict)
    expect(shell.read('report.csv')).toContain('GET /')
    expect((await shell.squall(['report', 'last'])).stdout).toBe(stdout)
  })

  it('a full disk under stdout: the run goes on to its end, and is kept', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', `${good.replace('TARGET', server.url)}load: [{ iterations: 20, users: 2 }]\n`)
    for (const args of [['run', 'a.yml'], ['run', 'a.yml', '--json'], ['runs'], ['report', 'last'], ['--help']]) {
      const { code, stderr } = await shell.squall(args, { into: '/dev/full' })
      expect([code, stderr]).toEqual([4, expect.stringMatching(/^squall: cannot write to stdout: the disk is full$/m)])
    }
    expect(server.seen).toHaveLength(40)
    expect((await shell.squall(['report', 'last'])).stdout).toMatch(unfailed.verdict)
  })

  // A file system of a few KB takes the rights of root; without them /dev/full above is the full disk.
  it.runIf(process.getuid?.() === 0)('a full disk under the store, before and during a run', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server()
    shell.write('a.yml', good.replace('TARGET', server.url))
    for (const [kilobytes, exit, says] of [
      [40, 3, /^squall: cannot open small\/squall\.db: .*full/m],
      [170, 4, /^run \S+ has no report: cannot write\s+\S+: the disk is full/m],
    ] as const) {
      const small = join(shell.folder, 'small')
      mkdirSync(small, { recursive: true })
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'squall-test', small])
      try {
        const { code, stderr } = await shell.squall(['run', 'a.yml', '--store', 'small'])
        expect([code, stderr]).toEqual([exit, expect.stringMatching(says)])
      } finally {
        execFileSync('umount', [small])
      }
    }
  })
})

describe.concurrent('what goes wrong while it runs is counted', () => {
  it('values that only an answer shows to be missing or unsendable', async ({ openShell }) => {
    const shell = openShell()
    const server = await shell.server((request, response) =>
      response.end(request.url === '/break' ? JSON.stringify({ value: 'a\r\nb: c' }) : '{}'),
    )
    shell.write(
      'a.yml',
      `
target: ${server.url}
load: [{ iterations: 12, users: 1 }]
flows:
  unsendable:
    steps:
      - get: /break
        save: { value: json $.value }
      - get: /after-break
        headers: { x-value: "{{ value }}" }
  missing:
    steps:
      - get: /missing
        save: { value: json $.value }
      - get: "/after/{{ value }}"
  elsewhere:
    steps:
      - get: http://something.invalid/
`,
    )
    const { code, report } = await shell.run(['a.yml'])
    expect(code).toBe(1)
    const errors = Object.fromEntries(
      report.requests.map(({ name, errors }) => [name, errors.map(({ kind, count, sample }) => [kind, count, sample])]),
    )
    expect(errors).toMatchObject({
      'GET /after-break': [['template', 4, expect.stringMatching(/line break/)]],
      'GET /missing': [['save: value', 4, expect.any(String)]],
      'GET something.invalid/': [[expect.stringMatching(/^dns \(/), 4, expect.stringContaining('something.invalid')]],
    })
    expect(server.seen.map(({ url }) => url).filter(url => url.startsWith('/after'))).toEqual([])
  })
})
