import { Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { FunctionName } from '../plan/function-memory.ts'
import type { Config } from './config.ts'
import { allow, type Permission } from './permission.ts'
import { TABLE_INDEXES } from './runs-table.ts'

export type Stores = { readonly bucket: Bucket; readonly table: Table }

/** What a function may read and write of the objects, by patterns of their keys (lib/store/keys.ts). */
type ObjectAccess = {
  readonly read?: readonly string[]
  readonly write?: readonly string[]
  readonly delete?: readonly string[]
}

/** The records, verdicts and control items that a function works on. */
type TableAccess = {
  readonly actions: readonly string[]
  /** Only items whose partition key is like it. */
  readonly leadingKeys?: string
  /** Indexes that are queried. */
  readonly indexes?: readonly string[]
}

/**
 * Why each function may do what it may:
 * - plan reads the request with its files and data, writes slices, `before:` and the plan, reads the control item for an
 *   abort of `before:`, and notes in the record that the run runs or was refused;
 * - generate reads the plan and what its scenario needs, polls the control item, and writes claim, result and snapshots:
 *   it runs what a scenario says against a stranger's server, so it may write nothing that another part believes;
 * - watch reads snapshots and ends, writes the merged live figures, and raises the beat or an abort in the control item;
 * - merge reads shard results and writes the leg's summary;
 * - aggregate reads all of the run, writes summaries that Merge could not, the report, deletes what `before:` saved, and
 *   writes record and verdict in one transaction;
 * - announce notes which channel has been told;
 * - api stores requests, uploads and documents, lists and reads runs, and aborts them.
 */
const OBJECTS: { readonly [name in FunctionName]: ObjectAccess } = {
  plan: {
    read: ['runs/*'],
    write: ['runs/*/plan.json', 'runs/*/before.json', 'runs/*/legs/*', 'runs/*/data/*'],
  },
  generate: { read: ['runs/*'], write: ['runs/*/legs/*', 'runs/*/live/*'] },
  watch: { read: ['runs/*'], write: ['runs/*/live.json'] },
  merge: { read: ['runs/*'], write: ['runs/*/legs/*'] },
  aggregate: {
    read: ['runs/*'],
    write: ['runs/*/legs/*', 'runs/*/report/*'],
    delete: ['runs/*/before.json'],
  },
  announce: { read: ['runs/*/announced/*'], write: ['runs/*/announced/*'] },
  api: {
    read: ['runs/*', 'uploads/*'],
    write: ['runs/*/request.json', 'runs/*/files/*', 'runs/*/data/*', 'uploads/*'],
  },
}

const read = 'dynamodb:GetItem'
const change = ['dynamodb:PutItem', 'dynamodb:UpdateItem'] as const

const TABLE: { readonly [name in FunctionName]?: TableAccess } = {
  plan: { actions: [read, 'dynamodb:UpdateItem'] },
  generate: { actions: [read], leadingKeys: 'CONTROL#*' },
  watch: { actions: [read, 'dynamodb:UpdateItem'] },
  aggregate: { actions: [read, ...change] },
  api: {
    actions: [read, ...change, 'dynamodb:DeleteItem', 'dynamodb:Query'],
    indexes: TABLE_INDEXES.map(({ name }) => name),
  },
}

/** Those that send a scenario's requests, and so need its secrets. */
const SENDERS: readonly FunctionName[] = ['plan', 'generate', 'aggregate']

export function sendsRequests(name: FunctionName): boolean {
  return SENDERS.includes(name)
}

/** What a function may do with the stores and the secrets; what it starts, invokes and tells is added where that is made. */
export function storePermissions(name: FunctionName, { bucket, table }: Stores, config: Config): Permission[] {
  const access = OBJECTS[name]
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
    ...tablePermissions(TABLE[name], table),
    ...(sendsRequests(name) ? secretPermissions(table, config) : []),
  ]
}

function tablePermissions(access: TableAccess | undefined, table: Table): Permission[] {
  if (access === undefined) return []
  const { actions, leadingKeys } = access
  const query = access.indexes?.map(index => `${table.tableArn}/index/${index}`) ?? []
  return [
    allow(actions, [table.tableArn], {
      ...(leadingKeys !== undefined && {
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [leadingKeys] } },
      }),
    }),
    ...(query.length > 0 ? [allow(['dynamodb:Query'], query)] : []),
  ]
}

/** Parameters and secrets below the prefix. One under a customer's own key needs kms:Decrypt in that key's policy. */
function secretPermissions(scope: Construct, { secretPrefix }: Config): Permission[] {
  const arn = (service: string, resource: string) => Stack.of(scope).formatArn({ service, resource })
  const because = 'Scenarios name secrets, all of which are below one prefix.'
  return [
    allow(['ssm:GetParameter', 'ssm:GetParameters'], [arn('ssm', `parameter${secretPrefix}*`)], { because }),
    allow(['secretsmanager:GetSecretValue'], [arn('secretsmanager', `secret:${secretPrefix.slice(1)}*`)], { because }),
  ]
}
