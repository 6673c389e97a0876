import { type BuildResult, build, type Metafile } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'

const names = ['plan', 'generate', 'watch', 'merge', 'aggregate', 'announce']
let outputs: ReadonlyMap<string, Metafile['outputs'][string]> = new Map()

beforeAll(async () => {
  const { metafile }: BuildResult<{ metafile: true }> = await build({
    entryPoints: names.map(name => `functions/lambda/${name}.ts`),
    outdir: 'unused',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'silent',
  })
  outputs = new Map(Object.entries(metafile.outputs))
}, 60_000)

/** What a function loads at a cold start: its module and the chunks that this one imports statically. */
function loadedAtStart(name: string): { readonly bytes: number; readonly modules: readonly string[] } {
  const left = [...outputs.keys()].filter(path => outputs.get(path)?.entryPoint === `functions/lambda/${name}.ts`)
  const loaded = new Set<string>()
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (loaded.has(path)) continue
    loaded.add(path)
    for (const one of outputs.get(path)?.imports ?? []) {
      if (one.kind === 'import-statement' && outputs.has(one.path)) left.push(one.path)
    }
  }
  const parts = [...loaded].flatMap(path => outputs.get(path) ?? [])
  return {
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    modules: parts.flatMap(({ inputs }) => Object.keys(inputs)),
  }
}

describe('what a Lambda loads at a cold start', () => {
  it('is for a generator the engine and the store, and nothing that judges, reports or few scenarios need', () => {
    const { bytes, modules } = loadedAtStart('generate')
    expect(modules).toContain('lib/generate/run-shard.ts')
    const heavy =
      /^lib\/(judge|report|infra|api|cli)\/|node_modules\/(undici|@faker-js|re2js|@xmldom|aws-cdk-lib|yaml)\//
    expect(modules.filter(path => heavy.test(path))).toEqual([])
    expect(bytes).toBeLessThan(1_000_000)
  })

  it.each(names)('is small for %s, too', name => {
    const { bytes, modules } = loadedAtStart(name)
    expect(modules).toContain(`functions/${name}.ts`)
    expect(bytes).toBeLessThan(1_000_000)
  })
})
