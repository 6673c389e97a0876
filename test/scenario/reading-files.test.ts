import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadScenario, loadScenarioObject } from '../../lib/workflow/load-scenario.ts'

const typed = pathToFileURL(join(import.meta.dirname, '../../lib/scenario/typed-scenario.ts')).href
let folder = ''
const small = 'target: http://h\nsteps: [get: /]\n'

beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'squall-reading-'))
  folder = join(root, 'tests')
  mkdirSync(join(folder, 'sub'), { recursive: true })
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
  writeFileSync(join(root, 'outside.csv'), 'a\n1\n')
  put('good.yml', `${small}data: { d: sub/rows.csv }\ninclude: [sub/more.yml]\n`)
  put('good.json', JSON.stringify({ target: 'http://h', steps: [{ get: '/' }] }))
  put(
    'good.ts',
    `import { scenario } from '${typed}'\nexport default scenario({ target: 'http://h', steps: [{ get: '/' }] })\n`,
  )
  put('empty.ts', 'export const a = 1\n')
  put('throws.ts', "throw new Error('not today')\n")
  put('faulty.ts', "export default { target: 'http://h', steps: [{ get: '/', timeout: '5 s' }] }\n")
  put('sub/rows.csv', 'a,b\n1,2\n')
  put('sub/more.yml', 'snippets: { s: [{ post: /, file: body.txt }] }\n')
  put('sub/body.txt', 'hello')
  put('escape.yml', 'snippets: {}\n')
  put('sub/escape.yml', 'snippets: { s: [{ post: /, file: ../good.yml }] }\n')
  symlinkSync(join(root, 'outside.csv'), join(folder, 'link.csv'))
  symlinkSync(join(folder, 'sub/rows.csv'), join(folder, 'inside.csv'))
  symlinkSync('loop.yml', join(folder, 'loop.yml'))
  put('utf16.yml', new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3a, 0]))
  put('binary.yml', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]))
  put('bom.yml', `\uFEFF${small}`)
  put('crlf.yml', `${small}drain: 2m\n`.replaceAll('\n', '\r\n'))
  put('notes.txt', small)
})

afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

async function load(name: string, text?: string) {
  if (text !== undefined) writeFileSync(join(folder, name), text)
  const reading = await loadScenario(join(folder, name), { env: {} })
  return reading.ok ? [] : reading.faults
}

describe('a scenario file', () => {
  test.each(['good.yml', 'good.json', 'good.ts', 'bom.yml'])('%s is read', async name => {
    expect(await load(name)).toEqual([])
  })

  test('brings the files that it names, by their path in its folder', async () => {
    const reading = await loadScenario(join(folder, 'good.yml'), { env: {} })
    const used = await loadScenario(join(folder, 'used.yml'), { env: {} })
    expect(reading.ok && [...reading.value.attachments.rows]).toEqual([['d', [{ a: '1', b: '2' }]]])
    expect(used.ok).toBe(false)
    await load('used.yml', 'target: http://h\ninclude: [sub/more.yml]\nsteps: [use: s]\n')
    const again = await loadScenario(join(folder, 'used.yml'), { env: {} })
    expect(again.ok && [...again.value.attachments.files.keys()]).toEqual(['sub/body.txt'])
    expect(again.ok && again.value.scenario.name).toBe('used')
  })

  test.each([
    ['god.yml', /does not exist/, 'good.yml'],
    ['sub', /folder/, 'sub/escape.yml'],
    ['loop.yml', /links lead in a circle/, undefined],
    ['notes.txt', /end with "\.txt"/, undefined],
    ['utf16.yml', /UTF-16/, undefined],
    ['binary.yml', /binary/, undefined],
    ['empty.ts', /no default export/, 'scenario('],
    ['throws.ts', /cannot be imported: not today$/, undefined],
    ['faulty.ts', /"5 s" has a space/, 'timeout: 5s'],
    ['no/such/folder.yml', /nor its folder/, undefined],
  ])('%s is refused', async (name, message, fix) => {
    const [fault, ...more] = await load(name)
    expect(more).toEqual([])
    expect(fault?.message).toMatch(message)
    expect(fault?.file).toContain(name)
    if (fix !== undefined) expect(fault?.fix).toContain(fix)
  })

  // In a process of its own: the test runner would import the file by its own means.
  test('in TypeScript points at what keeps it from being read', () => {
    const shown = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      const squall = join(import.meta.dirname, '../../bin/squall.js')
      return spawnSync(process.execPath, [squall, 'check', join(folder, name)], { encoding: 'utf8' }).stderr
    }
    expect(shown('syntax.ts', 'export default {\n  steps: [ }\n')).toContain(
      'syntax.ts:2:12  the file cannot be imported',
    )
    expect(shown('thrown.ts', 'const a: any = 0\n\nexport default a.b.c\n')).toContain(
      'thrown.ts:3:20  the file cannot',
    )
  })

  test('with Windows line ends has the same places', async () => {
    expect(await load('crlf.yml')).toMatchObject([{ line: 3, column: 8, fix: 'drain: 60s' }])
  })
})

describe('a file that a scenario names', () => {
  test.each([
    ['link.csv', /is a link that leaves/, undefined],
    ['../outside.csv', /leaves the folder/, undefined],
    ['sub', /is a folder/, undefined],
    ['sub/rwos.csv', /does not exist/, 'd: sub/rows.csv'],
    ['"sub\\\\rows.csv"', /leaves the folder/, undefined],
  ])('%s is refused', async (path, message, fix) => {
    const [fault] = await load('data.yml', `${small}data: { d: ${path} }\n`)
    expect(fault?.message).toMatch(message)
    if (fix !== undefined) expect(fault?.fix).toBe(fix)
  })

  test('may be a link inside the folder', async () => {
    expect(await load('data.yml', `${small}data: { d: inside.csv }\n`)).toEqual([])
  })

  test('may not leave the folder of an included file', async () => {
    const [fault] = await load('data.yml', `${small}include: [sub/escape.yml]\n`)
    expect(fault?.message).toMatch(/"\.\.\/good\.yml" leaves the folder/)
    expect(fault?.file).toMatch(/sub\/escape\.yml$/)
  })

  test('that may not be read is a fault, unless everything may be read', async () => {
    writeFileSync(join(folder, 'locked.csv'), 'a\n1\n')
    chmodSync(join(folder, 'locked.csv'), 0)
    const faults = await load('data.yml', `${small}data: { d: locked.csv }\n`)
    if (process.getuid?.() === 0) expect(faults).toEqual([])
    else expect(faults[0]?.message).toMatch(/permission denied/)
  })
})

test('an object from code is read like a file', () => {
  const reading = loadScenarioObject(
    { target: 'http://h', data: { d: 'sub/rows.csv' }, steps: [{ get: '/{{ d.c }}' }] },
    folder,
  )
  expect(reading).toMatchObject({
    ok: false,
    faults: [{ path: 'steps[0].get', message: 'the data set "d" has no column "c"' }],
  })
})
