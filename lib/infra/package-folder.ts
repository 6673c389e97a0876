import { existsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
/** `.ts` in the checkout; `.js` in dist/, where an installed package has it. */
const extension = here.endsWith('.ts') ? '.ts' : '.js'
/** The folder that bin/, lib/, functions/ and statemachines/ are in. */
const codeFolder = dirname(dirname(dirname(here)))

/** A source file of ours, by its path in the checkout without its ending. */
export function codeFile(path: string): string {
  return join(codeFolder, `${path}${extension}`)
}

export function stateMachineFile(name: string): string {
  return join(codeFolder, 'statemachines', `${name}.asl.json`)
}

/**
 * The folder below which esbuild finds our code and all that it imports: of the project that Squall is installed in, or of
 * the checkout.
 */
export function projectFolder(): string {
  const modules = here.lastIndexOf(`${sep}node_modules${sep}`)
  if (modules >= 0) return here.slice(0, modules)
  for (let folder = codeFolder; ; folder = dirname(folder))
    if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return folder
}

/** CDK asks for a lock file to tell the package manager by its name; nothing is installed from it. */
export function lockFile(): string {
  const folder = projectFolder()
  const names = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb']
  return join(folder, names.find(name => existsSync(join(folder, name))) ?? 'package.json')
}
