import { registerHooks } from 'node:module'

/**
 * What the interpreter of state machines needs to call Lambdas in AWS and to validate a definition. Locally every Task is
 * a function of this process and the definition is validated by a test, and these take longer to load than all the rest
 * of a run: in their place it gets modules that are empty but for the names.
 */
const standIns = new Map(
  Object.entries({
    '@aws-sdk/client-lambda': 'export class LambdaClient {}\nexport class InvokeCommand {}',
    '@aws-sdk/credential-providers': 'export function fromCognitoIdentityPool() {}',
    'asl-validator': 'export default function validate() {}',
  }).map(([name, source]) => [name, `data:text/javascript,${encodeURIComponent(source)}`]),
)

/** Loads the interpreter. */
export async function loadInterpreter(): Promise<typeof import('aws-local-stepfunctions')> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const url = standIns.get(specifier)
      return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true }
    },
  })
  try {
    return await import('aws-local-stepfunctions')
  } finally {
    hooks.deregister()
  }
}
