import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { fromNodeProviderChain } from '@aws-sdk/credential-providers'

/** What keeps AWS from being asked, or cdk from deploying, as far as one question to AWS shows it. */
export type NotReady = {
  readonly kind: 'credentials' | 'region' | 'bootstrap' | 'unreachable'
  /** What AWS, or who looked for credentials, said. */
  readonly said: string
  readonly region: string
}

/** cdk takes it where nothing else names one. */
const cdkRegion = 'us-east-1'
/** Where `cdk bootstrap` leaves its version; the qualifier is CDK's own unless its context says otherwise. */
const versionParameter = (qualifier: string) => `/cdk-bootstrap/${qualifier}/version`

/**
 * Asks AWS for the version of CDK's bootstrap stack, as cdk does when it has bundled everything: wrong credentials and an
 * account that is not ready are told before. What a role may not read, or an emulator does not know, is left to cdk.
 */
export async function accountNotReady(options: {
  readonly region?: string
  readonly profile?: string
  readonly qualifier?: string
}): Promise<NotReady | undefined> {
  const { profile, qualifier = 'hnb659fds' } = options
  const named = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION']
  const client = new SSMClient({
    ...(named !== undefined && { region: named }),
    ...(profile !== undefined && { profile }),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000 },
    credentials: fromNodeProviderChain(profile === undefined ? {} : { profile }),
  })
  const region = await client.config.region().catch(() => cdkRegion)
  client.config.region = async () => region
  try {
    await client.send(new GetParameterCommand({ Name: versionParameter(qualifier) }))
    return undefined
  } catch (error) {
    return await notReadyBy(error, async () => region)
  } finally {
    client.destroy()
  }
}

/** What an error of a client of AWS says of credentials, region and the way there; undefined where it is about something else. */
export async function notReadyBy(error: unknown, regionOf: () => Promise<string>): Promise<NotReady | undefined> {
  const said = error instanceof Error ? error.message : String(error)
  const region = await regionOf().catch(() => undefined)
  if (region === undefined) return { kind: 'region', region: '', said }
  const kind = kindOf(error)
  return kind === undefined ? undefined : { kind, region, said }
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html */
const refusedCredentials = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
])

function kindOf(error: unknown): NotReady['kind'] | undefined {
  if (!(error instanceof Error)) return undefined
  if (refusedCredentials.has(error.name)) return 'credentials'
  if (error.name === 'ParameterNotFound') return 'bootstrap'
  // cdk goes through a proxy that the environment names; the SDK does not.
  if ((process.env['HTTPS_PROXY'] ?? process.env['https_proxy'] ?? '') !== '') return undefined
  const answered = '$response' in error || ('$metadata' in error && statusOf(error.$metadata) !== undefined)
  return answered ? undefined : 'unreachable'
}

function statusOf(metadata: unknown): unknown {
  return typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined
}
