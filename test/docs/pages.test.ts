import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { formatFaults } from '../../lib/scenario/fault.ts'
import { readScenario } from '../../lib/scenario/read-scenario.ts'
import { anchorOf, fences, withoutFences } from './markdown.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const docs = readdirSync(`${root}docs`).filter(name => name.endsWith('.md'))
const pages = ['README.md', 'CONTRIBUTING.md', ...docs.map(name => `docs/${name}`)]
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> }
const textOf = (page: string) => readFileSync(resolve(root, page), 'utf8')

function anchorsOf(page: string): readonly string[] {
  return [...withoutFences(textOf(page)).matchAll(/^#{1,6} (.+)$/gm)].map(match => anchorOf(match[1] ?? ''))
}

describe.each(pages)('%s', page => {
  it('has only links that lead somewhere', () => {
    const links = [...withoutFences(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1] ?? '')
    const broken = links.filter(link => {
      if (/^https?:/.test(link)) return false
      const [path = '', anchor] = link.split('#', 2)
      const file = path === '' ? page : relative(root, resolve(root, dirname(page), path))
      if (!existsSync(resolve(root, file))) return true
      return anchor !== undefined && !anchorsOf(file).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  it('names only scripts that package.json has', () => {
    const named = [...textOf(page).matchAll(/npm run ([\w:]+)/g)].map(match => match[1] ?? '')
    expect(named.filter(script => !Object.hasOwn(scripts, script))).toEqual([])
  })

  it('is read in one sitting', () => {
    // The language's reference is generated, and is looked up rather than read.
    if (page !== 'docs/language.md') expect(textOf(page).split('\n').length).toBeLessThanOrEqual(260)
  })
})

/** A workflow of a CI system is no scenario. Parts of scenarios are completed by what they leave out. */
const scenarios = pages.flatMap(page =>
  fences(textOf(page))
    .filter(({ language, text }) => language === 'yaml' && !/^jobs:/m.test(text))
    .map(({ text, line }) => ({ place: `${page}:${line}`, text })),
)

describe('every scenario of README and docs', () => {
  it('is there to be read', () => expect(scenarios.length).toBeGreaterThan(1))

  it.each(scenarios)('at $place passes the reader', ({ text }) => {
    const keys = Object.keys(parse(text) as object)
    const target = keys.includes('target') ? '' : 'target: http://127.0.0.1:8080\n'
    const steps = keys.includes('steps') || keys.includes('flows') ? '' : 'steps: [get: /health]\n'
    const reading = readScenario(
      { file: 'block.yml', text: `${text}${target}${steps}` },
      { readFile: () => ({ fault: 'missing' }), env: {}, version: '0.0.0' },
    )
    expect(reading.ok ? '' : formatFaults(reading.faults)).toBe('')
  })
})

it('docs/architecture.md has every folder of lib, and no other', () => {
  const named = [...textOf('docs/architecture.md').matchAll(/^\| `lib\/(\w+)` \|/gm)].map(match => match[1])
  const folders = readdirSync(`${root}lib`, { withFileTypes: true }).filter(entry => entry.isDirectory())
  expect(named.toSorted()).toEqual(folders.map(entry => entry.name).toSorted())
})

it('docs/extending.md names only files that are there', () => {
  const text = textOf('docs/extending.md')
  const named = [...text.matchAll(/`((?:lib|test|tools|docs)\/[\w./-]+)`/g)].map(match => match[1] ?? '')
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(path => !path.includes('NAME') && !existsSync(resolve(root, path)))).toEqual([])
})
