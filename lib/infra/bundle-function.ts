import { build, type Metafile } from 'esbuild'
import { DEFINED, leaveOutInLambda } from './left-out.ts'
import { packData } from './packed-data.ts'

/** A function's handler is `index.handler`. */
export const ENTRY = 'index'

/**
 * Writes a function's ES module, its chunks and their source maps into a folder, and gives what was made of what. `entry` is
 * the file of its handler.
 */
export async function bundleFunction(entry: string, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { [ENTRY]: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Names of functions and classes are minified, too: nothing asks for one, and the source map has them.
    minify: true,
    charset: 'utf8',
    sourcemap: true,
    // The map says file and line; the source itself would double what is uploaded.
    sourcesContent: false,
    mainFields: ['module', 'main'],
    define: DEFINED,
    plugins: [leaveOutInLambda, packData],
    // For CommonJS dependencies, whose `require` an ES module has not.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}
