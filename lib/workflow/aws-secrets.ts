import * as z from 'zod/mini'
import type { Secret, Secrets } from './secrets.ts'

/** A secret that says where it may be sent. Any other text, JSON or not, is the secret itself. */
const boundForm = z.strictObject({
  value: z.string(),
  hosts: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
})

/** What GetParameters takes at once. */
const mostParameters = 10
/** Names of both stores; another one, such as `../x`, is none of ours. */
const secretName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The two places where a secret can be: undefined where it is not. */
export type SecretStores = {
  /** Parameter Store: the values of those that are there, by name. */
  parameters(names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Secrets Manager. */
  secret(name: string): Promise<string | undefined>
}

/**
 * Reads `secret.NAME` from the parameter PREFIX + NAME (SecureString), or, where there is none, from the secret of that
 * name without the leading slash. Names that are in neither have no value.
 */
export function awsSecrets(prefix: string, region: string, stores: SecretStores = openStores(region)) {
  return async (names: readonly string[]): Promise<Secrets> => {
    const wanted = names.filter(name => secretName.test(name))
    const found: Record<string, Secret> = {}
    for (let from = 0; from < wanted.length; from += mostParameters) {
      const some = wanted.slice(from, from + mostParameters)
      const values = await stores.parameters(some.map(name => prefix + name))
      for (const name of some) {
        const text = values.get(prefix + name) ?? (await stores.secret(prefix.replace(/^\//, '') + name))
        if (text !== undefined) found[name] = read(name, text)
      }
    }
    return found
  }
}

function read(name: string, text: string): Secret {
  try {
    return readSecret(text)
  } catch (error) {
    throw new Error(`secret.${name}: ${error instanceof Error ? error.message : 'it cannot be read'}`)
  }
}

/** `{ "value": "...", "hosts": ["api.example.com"] }` binds a secret to hosts. */
export function readSecret(text: string): Secret {
  if (!text.trimStart().startsWith('{')) return text
  const json = parseJson(text)
  if (typeof json !== 'object' || json === null || !('value' in json && 'hosts' in json)) return text
  const parsed = boundForm.safeParse(json)
  if (parsed.success) return parsed.data
  // Sent as it is it would go to every host.
  throw new Error('a secret with "value" and "hosts" must be { "value": text, "hosts": [at least one host] }')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The clients are loaded when a scenario has secrets. */
function openStores(region: string): SecretStores {
  const open = async () => (await import('./secret-stores.ts')).openSecretStores(region)
  return {
    parameters: async names => (await open()).parameters(names),
    secret: async name => (await open()).secret(name),
  }
}
