import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

/** `.ts` in the checkout, which needs no build; `.js` in an installed package. */
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

const own = new Map([
  ['squall', new URL(`../index.${ending}`, import.meta.url).href],
  ['squall/config', new URL(`../infra/config.${ending}`, import.meta.url).href],
])

/** TypeScript that could be nothing else than a module. */
const moduleSyntax = /^\s*(import|export)\b/m

let isRegistered = false

/**
 * From here on `squall` and `squall/config`, imported by a configuration or a scenario of the user's, are the Squall that
 * reads it: in the checkout, too, where nothing is built, and in a folder where Squall is not installed. And what is written
 * as a module is read as one where `npm init` has put "type": "commonjs" into the project's package.json.
 */
export function resolveOwnPackage(): void {
  if (isRegistered) return
  isRegistered = true
  registerHooks({
    resolve(specifier, context, next) {
      const url = own.get(specifier)
      if (url !== undefined) return { url, shortCircuit: true }
      const found = next(specifier, context)
      return found.format === 'commonjs-typescript' && moduleSyntax.test(readFileSync(new URL(found.url), 'utf8'))
        ? { ...found, format: 'module-typescript' }
        : found
    },
  })
}
