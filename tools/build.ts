/**
 * Builds what is published: dist/ from TypeScript, with the workflow, the schema and the examples beside it.
 *
 * What a run needs is there a second time, bundled into few files, its libraries with it: loading 300 modules in the
 * command's thread and 120 in each generator's takes half of the CPU time that a run costs apart from its load. The single
 * files are for deploying, which bundles each function from them.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { DEFINED, leaveOutAnywhere } from '../lib/infra/left-out.ts'
import { STAND_INS } from '../lib/workflow/interpreter.ts'
import { licences } from './licences.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})

/**
 * Two folders below dist/, as the sources are that name a file by their own place, such as `../../statemachines/`. Threads
 * are started by a name without a folder, so that their files stand beside everything else.
 */
const code = 'lib/code'
const standIns: Plugin = {
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, importer }) =>
      STAND_INS.has(path) && /[\\/]aws-local-stepfunctions[\\/]/.test(importer)
        ? { path, namespace: 'stand-in' }
        : undefined,
    )
    onLoad({ filter: /./, namespace: 'stand-in' }, ({ path }) => ({ contents: STAND_INS.get(path) ?? '' }))
  },
}
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    squall: 'bin/squall.ts',
    index: 'lib/index.ts',
    'generator-main': 'lib/workflow/generator-main.ts',
    'target-thread': 'lib/demo/target-thread.ts',
  },
  outdir: `dist/${code}`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // What only the commands of the cloud need, which load it when they are called.
  external: ['@aws-sdk/*', '@smithy/*', 'aws-cdk-lib', 'cdk-nag', 'constructs', 'esbuild'],
  define: DEFINED,
  plugins: [standIns, leaveOutAnywhere],
  // For CommonJS dependencies, whose `require` an ES module has not.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  // Names of functions and classes that are declared are kept: they show in stack traces. What is constant stands where it is
  // read, with which recording and merging take a tenth less.
  minifyWhitespace: true,
  minifySyntax: true,
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
})
writeFileSync(`${root}dist/THIRD-PARTY-LICENCES.txt`, licences(root, Object.keys(metafile.inputs)))
// By these two everything is entered, so that each module is there once whichever way it is reached.
writeFileSync(`${root}dist/bin/squall.js`, `import '../${code}/squall.js'\n`)
writeFileSync(`${root}dist/lib/index.js`, `export * from './code/index.js'\n`)

for (const folder of ['statemachines', 'schema', 'examples'])
  if (existsSync(`${root}${folder}`)) cpSync(`${root}${folder}`, `${root}dist/${folder}`, { recursive: true })
