import type { BoundSecret } from '../generate/bound-secrets.ts'

/** A secret's value, alone or with the hosts that it may be sent to (as in an allow-list: exact, or `*.example.com`). */
export type Secret = string | { readonly value: string; readonly hosts: readonly string[] }
export type Secrets = Readonly<Record<string, Secret>>

/**
 * Locally a secret is the environment variable of its name (`--env-file` adds to them): any of them where the user runs a
 * scenario, and none but the `readable` ones where others do.
 */
export async function environmentSecrets(
  names: readonly string[],
  readable: readonly string[] = names,
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = readable.includes(name) && Object.hasOwn(process.env, name) ? process.env[name] : undefined
    if (value !== undefined) found[name] = value
  }
  return found
}

/** What templates read under `secret.`. */
export function secretValues(secrets: Secrets): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [name, typeof secret === 'string' ? secret : secret.value]),
  )
}

/** Those that are bound to hosts. */
export async function boundSecrets(secrets: Secrets): Promise<readonly BoundSecret[]> {
  const bound = Object.entries(secrets).flatMap(([name, secret]) =>
    typeof secret === 'string' ? [] : [{ name, value: secret.value, hosts: secret.hosts }],
  )
  if (bound.length === 0) return []
  const { allowedHost } = await import('../plan/allow-list.ts')
  return bound.map(({ name, value, hosts }) => ({ name, value, allowed: allowedHost({ hosts, cidrs: [], ports: [] }) }))
}
