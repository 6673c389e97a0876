/** Locally a secret is the environment variable of its name (`--env-file` adds to them). */
export async function environmentSecrets(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = process.env[name]
    if (value !== undefined) found[name] = value
  }
  return found
}
