import { StoreError } from './store-error.ts'

const reasons: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'no AWS credentials were found',
  ExpiredTokenException: 'the AWS credentials have expired',
  ExpiredToken: 'the AWS credentials have expired',
  AccessDenied: 'access denied',
  AccessDeniedException: 'access denied',
  NoSuchBucket: 'there is no such bucket',
  ResourceNotFoundException: 'there is no such table',
  TimeoutError: 'no answer in time',
  ProvisionedThroughputExceededException: 'too many requests at once',
  ThrottlingException: 'too many requests at once',
  SlowDown: 'too many requests at once',
}

/** An error of AWS by its name, of the network by its code. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if (error.name !== 'Error' && error.name in reasons) return error.name
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Turns a refusal of AWS, or its silence, into a sentence that names what was asked. */
export function cloudError(doing: string, what: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const code = codeOf(error)
  const reason = reasons[code] ?? (error instanceof Error && error.message !== '' ? error.message : code)
  return new StoreError(`cannot ${doing} ${what}: ${reason}`, code, error)
}

/** What AWS calls the error. */
export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name

/** The status of AWS's answer, where there was one. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const metadata = error.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}
