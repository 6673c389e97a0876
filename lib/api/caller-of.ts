import type { APIGatewayProxyEvent } from 'aws-lambda'

/** The session's name is the last part: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const assumedRole = /^(arn:[^:]+:sts::\d+:assumed-role\/[^/]+)\/.+$/

/** As records name it, and as an Idempotency-Key is one's own. */
export type Caller = { readonly name: string; readonly key: string }

/**
 * Who sent a request to API Gateway: `name`, the principal that signed it or the API key by its id, for records, and
 * `key`, what of it stays the same from one session to the next. A build that is tried again has the same role and another
 * session, and its Idempotency-Key has to mean the same run.
 */
export function callerOf(env: unknown): Caller {
  // The environment that hono's adapter gives to a request.
  const { event } = env as { readonly event?: APIGatewayProxyEvent }
  const { userArn, apiKeyId } = event?.requestContext.identity ?? {}
  const name = userArn || (apiKeyId ? `API key ${apiKeyId}` : 'unknown')
  return { name, key: assumedRole.exec(name)?.[1] ?? name }
}
