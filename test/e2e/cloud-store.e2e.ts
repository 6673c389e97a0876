import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { type CloudStore, openCloudStore } from '../../lib/store/cloud-store.ts'
import { table } from '../../lib/store/table.ts'
import { documentStoreContract } from '../store/document-store-contract.ts'
import { objectStoreContract } from '../store/object-store-contract.ts'
import { runStoreContract } from '../store/run-store-contract.ts'

const s3 = new S3Client({ forcePathStyle: true })
const dynamo = new DynamoDBClient()

/** A bucket and a table of their own, the table as lib/store/table.ts describes it. */
async function openEmpty(): Promise<CloudStore> {
  const name = `contract-${randomUUID()}`
  const attributes = new Set<string>()
  const keysOf = ({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) => {
    attributes.add(partitionKey).add(sortKey)
    return [
      { AttributeName: partitionKey, KeyType: 'HASH' as const },
      { AttributeName: sortKey, KeyType: 'RANGE' as const },
    ]
  }
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  const KeySchema = keysOf(table)
  const GlobalSecondaryIndexes = [table.byTime, table.byScenario].map(index => ({
    IndexName: index.name,
    KeySchema: keysOf(index),
    Projection: { ProjectionType: 'ALL' as const },
  }))
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema,
      GlobalSecondaryIndexes,
      AttributeDefinitions: [...attributes].map(AttributeName => ({ AttributeName, AttributeType: 'S' as const })),
    }),
  )
  return openCloudStore({ bucket: name, table: name, retentionDays: 1 })
}

describe('S3 as the object store', () => {
  objectStoreContract(async () => (await openEmpty()).objects)

  it('lists more keys than a page holds', async () => {
    const { objects } = await openEmpty()
    const keys = Array.from({ length: 1003 }, (_, number) => `many/${String(number).padStart(4, '0')}`)
    for (let from = 0; from < keys.length; from += 50)
      await Promise.all(keys.slice(from, from + 50).map(key => objects.put(key, new Uint8Array(1))))
    expect(await objects.list('many/')).toEqual(keys)
  })
})

describe('DynamoDB as the run store', () => {
  runStoreContract(async () => (await openEmpty()).runs)
})

describe('DynamoDB as the document store', () => {
  documentStoreContract(async () => (await openEmpty()).documents)
})
