import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn'
import { expect, inject, it } from 'vitest'
import { squall } from './squall.ts'

it('squall destroy leaves nothing of the deployment', async () => {
  const { folder, environment, stack, bucket, table } = inject('deployed')
  const destroyed = await squall(folder, environment, 'destroy', '--yes')
  console.error(`${destroyed.err}${destroyed.out}`)
  expect(destroyed.code).toBe(0)

  await expect(new CloudFormationClient().send(new DescribeStacksCommand({ StackName: stack }))).rejects.toThrow(
    /does not exist/,
  )
  await expect(new S3Client({ forcePathStyle: true }).send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toThrow()
  expect((await new DynamoDBClient().send(new ListTablesCommand())).TableNames).not.toContain(table)
  const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand())
  expect(Functions.filter(({ FunctionName }) => FunctionName?.startsWith(`${stack}-`))).toEqual([])
  const { stateMachines = [] } = await new SFNClient().send(new ListStateMachinesCommand())
  expect(stateMachines.filter(({ name }) => name?.startsWith(`${stack}-`))).toEqual([])
  expect((await new SchedulerClient().send(new ListSchedulesCommand())).Schedules ?? []).toEqual([])
})
