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

  it.each([
    {
      folder: 'judge',
      text: "import { renderJson } from '../report/json.ts'\nimport { readFileSync } from 'node:fs'\nexport const a = [renderJson, readFileSync, Date.now()]\n",
      reasons: ['nothing points backwards', 'no I/O, no clock', 'time and randomness come in as arguments'],
    },
    {
      folder: 'api',
      text: "import { S3Client } from '@aws-sdk/client-s3'\nimport { CommandExit } from '../cli/exit-code.ts'\nexport const a = [S3Client, CommandExit]\n",
      reasons: ['AWS clients live in lib/store', 'knows neither the command line'],
    },
  ])('are lint errors in lib/$folder that name their reason', ({ folder, text, reasons }) => {
    const file = `${root}lib/${folder}/layer-probe-${process.pid}.ts`
    mkdirSync(`${root}lib/${folder}`, { recursive: true })
    writeFileSync(file, text)
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
      for (const reason of reasons) expect(stdout + stderr).toContain(reason)
    } finally {
      rmSync(file)
    }
  })
})
