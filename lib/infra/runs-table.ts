import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { table as names } from '../store/table.ts'
import type { Config } from './config.ts'

/** Records of runs, their verdicts and control items, and the named documents of the API; the names are the store's. */
export function runsTable(scope: Construct, { deletionProtection, keepDataOnDestroy }: Config): Table {
  const text = (name: string) => ({ name, type: AttributeType.STRING })
  const table = new Table(scope, 'Table', {
    partitionKey: text(names.partitionKey),
    sortKey: text(names.sortKey),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: names.timeToLive,
    deletionProtection,
    removalPolicy: keepDataOnDestroy ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  })
  for (const { name, partitionKey, sortKey } of [names.byTime, names.byScenario])
    table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      projectionType: ProjectionType.ALL,
    })
  return table
}
