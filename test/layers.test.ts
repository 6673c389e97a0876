import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const config = JSON.parse(readFileSync(`${root}biome.json`, 'utf8')) as {
  overrides: {
    includes: string[]
    linter: { rules: { style: { noRestrictedImports: { options: { patterns: { group: string[] }[] } } } } }
  }[]
}
const ordered = ['scenario', 'plan', 'generate', 'measure', 'judge', 'report', 'store']

describe('the layer rules', () => {
  it('name every folder of lib that a layer may not import, so that a new folder is not open by accident', () => {
    const folders = readdirSync(`${root}lib`, { withFileTypes: true }).flatMap(entry =>
      entry.isDirectory() ? [entry.name] : [],
    )
    for (const layer of ordered) {
      const rule = config.overrides.find(({ includes }) => includes.includes(`lib/${layer}/**`))
      const forbidden =
        rule?.linter.rules.style.noRestrictedImports.options.patterns.flatMap(({ group }) => group) ?? []
      const open = folders.filter(folder => folder !== layer && !forbidden.includes(`**/${folder}/**`))
      expect(open.filter(folder => !ordered.includes(folder))).toEqual([])
      expect(open.every(folder => ordered.indexOf(folder) < ordered.indexOf('report'))).toBe(true)
    }
  })

  it('are lint errors that name their reason', () => {
    const file = `${root}lib/judge/layer-probe-${process.pid}.ts`
    mkdirSync(`${root}lib/judge`, { recursive: true })
    writeFileSync(
      file,
      "import { renderJson } from '../report/json.ts'\nimport { readFileSync } from 'node:fs'\nexport const a = [renderJson, readFileSync, Date.now()]\n",
    )
    try {
      const { stdout, stderr, status } = spawnSync(
        `${root}node_modules/.bin/biome`,
        ['lint', '--vcs-enabled=false', file],
        {
          cwd: root,
          encoding: 'utf8',
        },
      )
      expect(status).toBe(1)
      const said = stdout + stderr
      expect(said).toContain('nothing points backwards')
      expect(said).toContain('no I/O, no clock')
      expect(said).toContain('time and randomness come in as arguments')
    } finally {
      rmSync(file)
    }
  })
})
