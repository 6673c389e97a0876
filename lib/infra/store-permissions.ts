import { Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { FunctionName } from '../plan/function-memory.ts'
import { itemKeys, table } from '../store/table.ts'
import type { Config } from './config.ts'
import { OBJECT_ACCESS } from './object-access.ts'
import { allow, type Permission } from './permission.ts'

export type Stores = { readonly bucket: Bucket; readonly table: Table }

/** What a function may do with items whose partition key begins so (lib/store/table.ts). */
type TableAccess = {
  readonly actions: readonly string[]
  /** Absent: all items. */
  readonly partitions?: readonly string[]
  /** Indexes that are queried. */
  readonly indexes?: readonly string[]
}

/** With the places of the runs under way: whoever ends a run gives its place back in the same transaction. */
const runItems = ['RUN#*', `${table.controlPrefix}*`, itemKeys.places.pk]

const TABLE: { readonly [name in FunctionName]?: TableAccess } = {
  plan: { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], partitions: runItems },
  generate: { actions: ['dynamodb:GetItem'], partitions: [`${table.controlPrefix}*`] },
  watch: { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], partitions: [`${table.controlPrefix}*`] },
  // A transaction asks for the actions of its items.
  aggregate: { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'], partitions: runItems },
  api: {
    actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
    indexes: [table.byTime.name, table.byScenario.name],
  },
}

/** Those that send a scenario's requests, and so need its secrets. */
const SENDERS: readonly FunctionName[] = ['plan', 'generate', 'aggregate']

export function sendsRequests(name: FunctionName): boolean {
  return SENDERS.includes(name)
}

/** What a function may do with the stores and the secrets; what it starts, invokes and tells is added where that is made. */
export function storePermissions(name: FunctionName, stores: Stores, config: Config): Permission[] {
  const { bucket } = stores
  const access = OBJECT_ACCESS[name]
  const objects = (action: string, patterns: readonly string[] = []) =>
    patterns.map(pattern =>
      allow([action], [bucket.arnForObjects(pattern)], {
        because: 'A key begins with the id of a run, or is a hash, which nobody knows when the stack is deployed.',
      }),
    )
  return [
    ...objects('s3:GetObject', access.read),
    ...objects('s3:PutObject', access.write),
    ...objects('s3:DeleteObject', access.delete),
    // Without it S3 says 403 and not 404 of a key that is not there, and asking for such keys is how a run is followed. A
    // condition on the prefix would not do: GetObject has none.
    allow(['s3:ListBucket'], [bucket.bucketArn]),
    ...tablePermissions(TABLE[name], stores.table),
    ...(sendsRequests(name) ? secretPermissions(stores.bucket, config) : []),
  ]
}

function tablePermissions(access: TableAccess | undefined, { tableArn }: Table): Permission[] {
  if (access === undefined) return []
  const { actions, partitions, indexes = [] } = access
  return [
    allow(actions, [tableArn], {
      ...(partitions !== undefined && {
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
      }),
    }),
    ...(indexes.length === 0
      ? []
      : [
          allow(
            ['dynamodb:Query'],
            indexes.map(index => `${tableArn}/index/${index}`),
          ),
        ]),
  ]
}

/** Parameters and secrets below the prefix. One under a customer's own key needs kms:Decrypt in that key's policy. */
function secretPermissions(scope: Construct, { secretPrefix }: Config): Permission[] {
  const arn = (service: string, resource: string) => Stack.of(scope).formatArn({ service, resource })
  const because = 'Scenarios name secrets, all of which are below one prefix.'
  return [
    allow(['ssm:GetParameters'], [arn('ssm', `parameter${secretPrefix}*`)], { because }),
    allow(['secretsmanager:GetSecretValue'], [arn('secretsmanager', `secret:${secretPrefix.slice(1)}*`)], { because }),
  ]
}
