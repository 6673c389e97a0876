import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Metafile } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bundleFunction, ENTRY } from '../../lib/infra/bundle-function.ts'
import { bundleSize, sizeFaults } from '../../lib/infra/bundle-size.ts'
import { codeFile } from '../../lib/infra/package-folder.ts'
import { FUNCTION_MEMORY_MB, type FunctionName } from '../../lib/plan/function-memory.ts'

const names = Object.keys(FUNCTION_MEMORY_MB) as FunctionName[]
const entry = `${ENTRY}.mjs`

const place = { region: 'eu-central-1', bucket: 'runs', table: 'squall', retentionDays: 90 }
const arn = 'arn:aws:x:eu-central-1:123456789012:y'
const deployment = {
  schema: 'squall.deployment.v1',
  ...place,
  allow: { hosts: [], cidrs: [], ports: [] },
  ceilings: { ratePerSecond: 1, users: 1, durationMs: 1, budgetUsd: 1, generators: 1, concurrentRuns: 1 },
  stateMachineArn: arn,
  topicArn: arn,
  eventBusName: 'default',
  scheduler: { group: 'squall', roleArn: arn, targetArn: arn },
}

/** What a generator, which loads the engine and the store, need not load to send a plain request. */
const seldom =
  /^lib\/(judge|report|infra|api|cli)\/|node_modules\/(undici|@faker-js|re2js|@xmldom|aws-cdk-lib|yaml|zod\/v4\/classic)\//

test.each(names)(
  'the code of %s is small, its start smaller, and it has a handler',
  { timeout: 60_000 },
  async name => {
    const folder = mkdtempSync(join(tmpdir(), 'squall-bundle-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const metafile = await bundleFunction(codeFile(`functions/lambda/${name}`), folder)
    expect(sizeFaults(name, bundleSize(metafile, entry))).toEqual([])
    const atStart = Object.entries(metafile.outputs).find(([file]) => file.endsWith(`/${entry}`))?.[1].inputs ?? {}
    expect(Object.keys(atStart)).toContain(`functions/lambda/${name}.ts`)
    const file = pathToFileURL(join(folder, entry)).href
    const load = `import(${JSON.stringify(file)}).then(({ handler }) => process.exit(typeof handler === 'function' ? 0 : 1))`
    const env = { PATH: process.env['PATH'], AWS_REGION: place.region, SQUALL_DEPLOYMENT: JSON.stringify(deployment) }
    execFileSync(process.execPath, ['-e', load], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    if (name === 'generate') expect(Object.keys(atStart).filter(file => seldom.test(file))).toEqual([])
  },
)

describe('the size of a bundle', () => {
  const output = (
    bytes: number,
    inputs: Record<string, number>,
    imports: Metafile['outputs'][string]['imports'] = [],
  ) => ({
    bytes,
    imports,
    exports: [],
    inputs: Object.fromEntries(Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }])),
  })
  const metafile: Metafile = {
    inputs: {},
    outputs: {
      'out/index.mjs': output(400_000, { 'lib/plan/plan.ts': 400_000 }, [
        { path: 'out/chunk-a.mjs', kind: 'import-statement' },
        { path: 'out/chunk-b.mjs', kind: 'dynamic-import' },
        { path: 'node:fs', kind: 'import-statement', external: true },
      ]),
      'out/index.mjs.map': output(9_000_000, {}),
      'out/chunk-a.mjs': output(300_000, { 'node_modules/@scope/heavy/a.js': 200_000, 'lib/plan/legs.ts': 100_000 }),
      'out/chunk-b.mjs': output(900_000, { '../x/node_modules/@scope/heavy/b.js': 900_000 }),
    },
  }

  test('counts what is imported statically as the start, and no source map', () => {
    expect(bundleSize(metafile, entry)).toEqual({
      startBytes: 700_000,
      bytes: 1_600_000,
      weights: [
        ['@scope/heavy', 1_100_000],
        ['lib/plan', 500_000],
      ],
    })
  })

  test('that is too large is told with who weighs the most', () => {
    expect(sizeFaults('generate', bundleSize(metafile, entry))).toEqual([
      'generate loads at its start 700000 bytes of code, more than 600000: @scope/heavy 1100 kB, lib/plan 500 kB',
      'generate has in all 1600000 bytes of code, more than 1500000: @scope/heavy 1100 kB, lib/plan 500 kB',
    ])
  })
})
