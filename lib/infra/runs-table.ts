import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Config } from './config.ts'

/** Newest runs first: of all scenarios, and of one. */
export const TABLE_INDEXES = [
  { name: 'by-time', partitionKey: 'listPk', sortKey: 'listSk' },
  { name: 'by-scenario', partitionKey: 'scenarioPk', sortKey: 'listSk' },
] as const

/** Records of runs, their verdicts and control items, and the named documents of the API; the names are the store's. */
export function runsTable(scope: Construct, { deletionProtection, keepDataOnDestroy }: Config): Table {
  const text = (name: string) => ({ name, type: AttributeType.STRING })
  const table = new Table(scope, 'Table', {
    partitionKey: text('pk'),
    sortKey: text('sk'),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expiresAt',
    deletionProtection,
    removalPolicy: keepDataOnDestroy ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  })
  for (const { name, partitionKey, sortKey } of TABLE_INDEXES)
    table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      projectionType: ProjectionType.ALL,
    })
  return table
}
