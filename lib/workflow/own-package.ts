import { registerHooks } from 'node:module'

/** `.ts` in the checkout, which needs no build; `.js` in an installed package. */
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

const own = new Map([
  ['squall', new URL(`../index.${ending}`, import.meta.url).href],
  ['squall/config', new URL(`../infra/config.${ending}`, import.meta.url).href],
])

let isRegistered = false

/**
 * From here on `squall` and `squall/config`, imported by a configuration or a scenario of the user's, are the Squall that
 * reads it: in the checkout, too, where nothing is built, and in a folder where Squall is not installed.
 */
export function resolveOwnPackage(): void {
  if (isRegistered) return
  isRegistered = true
  registerHooks({
    resolve(specifier, context, next) {
      const url = own.get(specifier)
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true }
    },
  })
}
