import { dirname } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { buildSync } from 'esbuild'
import type { FunctionName } from '../plan/function-memory.ts'
import { codeFile } from './package-folder.ts'

/** Its handler is `index.handler`. */
const ENTRY = 'index'

/**
 * A function's code: one ES module with what every invocation needs, and chunks beside it for what is imported where it is
 * used, such as a parser that few scenarios ask for. CDK's NodejsFunction knows one file only, which a cold start would
 * have to read to its end.
 */
export function bundledCode(name: FunctionName): Code {
  return Code.fromAsset(dirname(codeFile('functions/lambda/plan')), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run, as the bundling below always succeeds or throws; CDK tells the functions' code apart by the command.
      image: DockerImage.fromRegistry('none'),
      command: [name],
      local: {
        tryBundle(folder) {
          bundle(name, folder)
          return true
        },
      },
    },
  })
}

/** Writes the module, its chunks and their source maps into a folder, and what it made of what. */
function bundle(name: FunctionName, outdir: string) {
  return buildSync({
    entryPoints: { [ENTRY]: codeFile(`functions/lambda/${name}`) },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: true,
    sourcemap: true,
    // The map says file and line; the source itself would double what is uploaded.
    sourcesContent: false,
    mainFields: ['module', 'main'],
    // For CommonJS dependencies, whose `require` an ES module has not.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
  })
}
