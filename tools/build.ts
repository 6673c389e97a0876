/** Builds what is published: dist/ from TypeScript, with the workflow and the schema beside it. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
for (const folder of ['statemachines', 'schema', 'examples'])
  if (existsSync(`${root}${folder}`)) cpSync(`${root}${folder}`, `${root}dist/${folder}`, { recursive: true })
