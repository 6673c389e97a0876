import type { Context as LambdaContext } from 'aws-lambda'
import { handle } from 'hono/aws-lambda'
import { describe, expect, it } from 'vitest'
import { callerOf } from '../../lib/api/caller-of.ts'
import { apiHere, scenario } from './api-here.ts'

const user = { userArn: 'arn:aws:iam::123456789012:user/ann', apiKey: null, apiKeyId: null }
const session = (name: string) => ({
  userArn: `arn:aws:sts::123456789012:assumed-role/build/${name}`,
  apiKey: null,
  apiKeyId: null,
})
const apiKey = { userArn: null, apiKey: 'the key itself', apiKeyId: 'a1b2c3' }

describe('who asks', () => {
  it.each([
    ['an IAM user', user, user.userArn, user.userArn],
    ['a session of a role', session('i-0'), session('i-0').userArn, 'arn:aws:sts::123456789012:assumed-role/build'],
    [
      'a session of SSO in another partition',
      { userArn: 'arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0a1b/ann@example.com' },
      'arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0a1b/ann@example.com',
      'arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0a1b',
    ],
    [
      'a federated user',
      { userArn: 'arn:aws:sts::1:federated-user/ann' },
      'arn:aws:sts::1:federated-user/ann',
      'arn:aws:sts::1:federated-user/ann',
    ],
    ['an API key, by its id', apiKey, 'API key a1b2c3', 'API key a1b2c3'],
    ['nobody that is named', { userArn: null, apiKeyId: null }, 'unknown', 'unknown'],
    ['no identity', undefined, 'unknown', 'unknown'],
  ])('is %s', (_, identity, name, key) => {
    expect(callerOf({ event: { requestContext: { identity } } })).toEqual({ name, key })
  })
})

it('is nobody that is named where there is no event', () => {
  expect(callerOf({})).toEqual({ name: 'unknown', key: 'unknown' })
})

describe('a request from API Gateway', () => {
  const eventOf = (identity: object, key: string) =>
    ({
      resource: '/{proxy+}',
      path: '/runs',
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      multiValueHeaders: {},
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: { proxy: 'runs' },
      stageVariables: null,
      requestContext: { identity: { sourceIp: '192.0.2.1', ...identity } },
      body: JSON.stringify({ scenario: scenario() }),
      isBase64Encoded: false,
    }) as unknown as Parameters<ReturnType<typeof handle>>[0]

  it('is the same run for another session of the role, another for another caller, and says who started it', async () => {
    const { app, store } = apiHere({ caller: ({ env }) => callerOf(env) })
    const answer = handle(app)
    const post = async (identity: object, key = 'build 7') => {
      const given = await answer(eventOf(identity, key), {} as LambdaContext)
      return [given.statusCode, (JSON.parse(given.body) as { id?: string }).id ?? '']
    }
    const [status, id = ''] = await post(session('first'))
    expect(status).toBe(202)
    expect(await post(session('second'))).toEqual([202, id])
    const [, other] = await post(apiKey)
    expect(other).not.toBe(id)
    expect((await post(user, 'build 8'))[0]).toBe(429)
    expect((await store.runs.get(String(id)))?.startedBy).toBe(session('first').userArn)
    expect((await store.runs.get(String(other)))?.startedBy).toBe('API key a1b2c3')
  })
})
