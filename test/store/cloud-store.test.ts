import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type CloudStore, openCloudStore } from '../../lib/store/cloud-store.ts'

/** What AWS documents of failures, conflicts and headers, played by a server here; the contract itself is proven by npm run e2e. */
type Request = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
type Answer = (response: ServerResponse) => void

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('AWS_REGION', 'us-east-1')
})
afterEach(() => vi.unstubAllEnvs())

/** The store before a server that gives the answers in turn, the last one to all that follow; and what it was asked. */
async function storeBefore(answers: readonly Answer[]): Promise<{ store: CloudStore; asked: Request[] }> {
  const asked: Request[] = []
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString('utf8')
    asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
    answers[Math.min(asked.length, answers.length) - 1]?.(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { store: openAt((server.address() as AddressInfo).port), asked }
}

function openAt(port: number): CloudStore {
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`)
  return openCloudStore({ bucket: 'bucket', table: 'table', retentionDays: 30 }, () => Date.UTC(2026, 0, 1))
}

const s3 =
  (status: number, code = ''): Answer =>
  response =>
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(code === '' ? '' : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>text</Message></Error>`)

const dynamo =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  response =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body))

const dynamoError = (name: string, more: object = {}): Answer =>
  dynamo(400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'text', ...more })

describe('S3', () => {
  const bytes = new TextEncoder().encode('nonce')

  it('asks again where another writer of the same key was under way', async () => {
    const conflict = s3(409, 'ConditionalRequestConflict')
    const { store, asked } = await storeBefore([conflict, conflict, s3(200)])
    expect(await store.objects.putIfAbsent('runs/a/x.claim', bytes)).toBe(true)
    expect(asked.map(({ method, headers }) => [method, headers['if-none-match']])).toEqual(Array(3).fill(['PUT', '*']))
    expect(asked[0]?.path).toMatch(/^\/bucket\/runs\/a\/x\.claim/)
  })

  it('says that something is there after a conflict that another writer won', async () => {
    const { store, asked } = await storeBefore([s3(409, 'ConditionalRequestConflict'), s3(412, 'PreconditionFailed')])
    expect(await store.objects.putIfAbsent('x', bytes)).toBe(false)
    expect(asked).toHaveLength(2)
  })

  it('reads again what broke off', async () => {
    const half: Answer = response => {
      response.writeHead(200, { 'content-length': '5' }).write('non')
      setImmediate(() => response.destroy())
    }
    const { store, asked } = await storeBefore([half, response => response.writeHead(200).end('nonce')])
    expect(await store.objects.get('x')).toEqual(bytes)
    expect(asked).toHaveLength(2)
  })

  it('tells a refusal in words that name the object, and asks no more', async () => {
    const { store, asked } = await storeBefore([s3(403, 'AccessDenied')])
    await expect(store.objects.put('x', bytes)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'AccessDenied',
      message: 'cannot write s3://bucket/x: access denied',
    })
    expect(asked).toHaveLength(1)
  })

  it('does not take a forbidden object for one that is not there', async () => {
    const { store } = await storeBefore([s3(403, 'AccessDenied')])
    await expect(store.objects.get('x')).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('tries three times where the service is unwell', async () => {
    const unwell = s3(503, 'SlowDown')
    const { store, asked } = await storeBefore([unwell, unwell, s3(204)])
    await store.objects.delete('x')
    expect(asked).toHaveLength(3)
  })

  it('says in words that nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => server.close(resolve))
    await expect(openAt(port).objects.list('runs/')).rejects.toMatchObject({ name: 'StoreError', code: 'ECONNREFUSED' })
  })
})

const itemOf = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { S: value }]))

describe('DynamoDB', () => {
  const control = { beat: { N: '3' }, beatAtMs: { N: '5' } }
  const record = {
    schema: 'squall.run.v1',
    id: 'a',
    scenario: 's',
    target: 't',
    command: 'c',
    state: 'planned',
    createdAt: '2026-01-01T00:00:00.000Z',
  } as const

  it('gives the date of its answer with the control item', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:07 GMT'
    const { store, asked } = await storeBefore([dynamo(200, { Item: control }, { date })])
    expect(await store.runs.control('a')).toEqual({
      beat: 3,
      beatAtMs: 5,
      serverDateMs: Date.parse('2026-01-01T00:00:07Z'),
    })
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      Key: { pk: { S: 'CONTROL#a' }, sk: { S: 'CONTROL' } },
      ConsistentRead: true,
    })
  })

  it('lets the items of a run expire', async () => {
    const { store, asked } = await storeBefore([dynamo(200, {})])
    expect(await store.runs.create(record)).toEqual({ kind: 'created' })
    const { TransactItems: writes } = JSON.parse(asked[1]?.body ?? '')
    const expiresAt = { N: String(Date.UTC(2026, 0, 31) / 1000) }
    expect(writes).toHaveLength(3)
    for (const { Put } of writes.slice(0, 2)) expect(Put.Item).toMatchObject({ expiresAt })
    expect(writes[2].Update).toMatchObject({ ConditionExpression: 'attribute_not_exists(#version)' })
  })

  it('asks again where another writer of the same item was under way', async () => {
    const conflict = dynamoError('TransactionCanceledException', {
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    })
    const taken = dynamoError('TransactionCanceledException', {
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
    })
    const { store, asked } = await storeBefore([dynamo(200, {}), conflict, conflict, taken])
    expect(await store.runs.create(record)).toEqual({ kind: 'taken' })
    expect(asked).toHaveLength(4)
  })

  it('counts the places again where another run has taken one in between', async () => {
    const none = { Code: 'None' }
    const between = dynamoError('TransactionCanceledException', {
      CancellationReasons: [none, none, { Code: 'ConditionalCheckFailed' }],
    })
    const places = (version: number, ...ids: string[]) =>
      dynamo(200, {
        Item: { version: { N: String(version) }, ...Object.fromEntries(ids.map(id => [`RUN#${id}`, { S: '' }])) },
      })
    const { store, asked } = await storeBefore([places(7, 'b'), between, places(8, 'b', 'c'), dynamo(200, {})])
    expect(await store.runs.create(record, 2)).toEqual({ kind: 'full', holders: ['b', 'c'] })
    const { TransactItems: writes } = JSON.parse(asked[1]?.body ?? '')
    expect(writes[2].Update).toMatchObject({
      ConditionExpression: '#version = :version',
      ExpressionAttributeValues: { ':version': { N: '7' } },
    })
  })

  it('sends no change that names nothing, which DynamoDB would refuse, but reads whether the run is there', async () => {
    const { store, asked } = await storeBefore([dynamo(200, { Item: itemOf(record) }), dynamo(200, {})])
    expect(await store.runs.update('a', {}, ['planned'])).toBe(true)
    expect(await store.runs.update('b', {})).toBe(false)
    expect(asked.map(({ headers }) => headers['x-amz-target'])).toEqual(Array(2).fill('DynamoDB_20120810.GetItem'))
  })

  it('lists documents as they are, and not as they were a moment ago', async () => {
    const { store, asked } = await storeBefore([dynamo(200, { Items: [] })])
    expect(await store.documents.list('schedule', { limit: 1 })).toEqual({ documents: [] })
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ ConsistentRead: true })
  })

  it('changes a record again that a transaction held', async () => {
    const { store, asked } = await storeBefore([dynamoError('TransactionConflictException'), dynamo(200, {})])
    await store.runs.update('a', { state: 'running' })
    expect(asked).toHaveLength(2)
  })

  it('tells a refusal in words that name the table', async () => {
    const { store } = await storeBefore([dynamoError('ResourceNotFoundException')])
    await expect(store.documents.get('scenario', 'x')).rejects.toMatchObject({
      name: 'StoreError',
      code: 'ResourceNotFoundException',
      message: 'cannot read the documents in table table: there is no such table',
    })
  })
})
