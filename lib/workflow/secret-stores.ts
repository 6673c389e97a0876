import { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { SecretStores } from './aws-secrets.ts'

/**
 * Parameter Store and Secrets Manager. A module of its own, which is imported where a scenario has secrets: of what is
 * imported here a bundle takes what is used, while an `import()` of the packages themselves takes all of them.
 */
export function openSecretStores(region: string): SecretStores {
  const settings = { region, maxAttempts: 3 }
  return {
    async parameters(names) {
      const client = new SSMClient(settings)
      try {
        const answer = await client.send(new GetParametersCommand({ Names: [...names], WithDecryption: true }))
        return new Map((answer.Parameters ?? []).map(({ Name = '', Value = '' }) => [Name, Value] as const))
      } finally {
        client.destroy()
      }
    },
    async secret(name) {
      const client = new SecretsManagerClient(settings)
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined
        throw error
      } finally {
        client.destroy()
      }
    },
  }
}
