import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { DocumentStore } from './document-store.ts'
import { DynamoDocumentStore } from './dynamo-document-store.ts'
import { DynamoRunStore } from './dynamo-run-store.ts'
import { DynamoTable } from './dynamo-table.ts'
import type { ObjectStore } from './object-store.ts'
import type { RunStore } from './run-store.ts'
import { S3ObjectStore } from './s3-object-store.ts'

export type CloudStore = {
  readonly objects: ObjectStore
  readonly runs: RunStore
  readonly documents: DocumentStore
}

export type CloudPlace = {
  readonly bucket: string
  readonly table: string
  /** Default: the environment's. */
  readonly region?: string
  /** Default: those that the AWS tools would find. */
  readonly credentials?: NonNullable<S3ClientConfig['credentials']>
  /** How long records, verdicts and control items are kept; the bucket's lifecycle is the stack's. */
  readonly retentionDays?: number
}

const maxAttempts = 3
const connectionTimeout = 2_000

/**
 * An item is answered in milliseconds, and a generator that cannot read its control item for 15 s stops: a silence must
 * leave time for the next attempt.
 */
const itemTimeouts = { connectionTimeout, requestTimeout: 5_000, throwOnRequestTimeout: true }

/** A data set of 100 MB takes its time, but never 5 s without a byte. */
const objectTimeouts = { connectionTimeout, socketTimeout: 5_000, requestTimeout: 120_000, throwOnRequestTimeout: true }

/**
 * The store of a deployment. Connections are kept from one invocation of a function to the next. AWS_ENDPOINT_URL leads
 * to another place than AWS, whose buckets have no host names of their own.
 */
export function openCloudStore(
  { bucket, table, region, credentials, retentionDays }: CloudPlace,
  epochMs: () => number = Date.now,
): CloudStore {
  const common = {
    maxAttempts,
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
  }
  const s3 = new S3Client({
    ...common,
    requestHandler: objectTimeouts,
    forcePathStyle: Boolean(process.env['AWS_ENDPOINT_URL'] ?? process.env['AWS_ENDPOINT_URL_S3']),
  })
  const items = new DynamoTable(new DynamoDBClient({ ...common, requestHandler: itemTimeouts }), table)
  return {
    objects: new S3ObjectStore(s3, bucket),
    runs: new DynamoRunStore(items, { epochMs, ...(retentionDays !== undefined && { retentionDays }) }),
    documents: new DynamoDocumentStore(items, epochMs),
  }
}
