import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
/** `.ts` in the checkout; `.js` in dist/, where an installed package has it. */
const extension = here.endsWith('.ts') ? '.ts' : '.js'
/** The folder that bin/, lib/, functions/ and statemachines/ are in. */
export const codeFolder = dirname(dirname(dirname(here)))

/** A source file of ours, by its path in the checkout without its ending. */
export function codeFile(path: string): string {
  return join(codeFolder, `${path}${extension}`)
}

export function stateMachineFile(name: string): string {
  return join(codeFolder, 'statemachines', `${name}.asl.json`)
}
