import { registerHooks } from 'node:module'

/**
 * What the interpreter of state machines needs to call Lambdas in AWS and to validate a definition. Locally every Task is
 * a function of this process and the definition is validated by a test, and these take longer to load than all the rest
 * of a run: in their place it gets modules that are empty but for the names.
 */
export const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['@aws-sdk/client-lambda', 'export class LambdaClient {}\nexport class InvokeCommand {}'],
  ['@aws-sdk/credential-providers', 'export function fromCognitoIdentityPool() {}'],
  ['asl-validator', 'export default function validate() {}'],
])

/** Loads the interpreter. Where it is bundled (tools/build.ts), it has the stand-ins already. */
export async function loadInterpreter(): Promise<typeof import('aws-local-stepfunctions')> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const source = STAND_INS.get(specifier)
      if (source === undefined) return next(specifier, context)
      return { url: `data:text/javascript,${encodeURIComponent(source)}`, format: 'module', shortCircuit: true }
    },
  })
  try {
    return await import('aws-local-stepfunctions')
  } finally {
    hooks.deregister()
  }
}
