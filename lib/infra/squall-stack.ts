import { type App, CfnOutput, Stack, Tags } from 'aws-cdk-lib'
import type { Config } from './config.ts'
import { dashboard } from './dashboard.ts'
import { deadLetters } from './dead-letters.ts'
import { network } from './network.ts'
import { verdictTopic } from './notifications.ts'
import { allow } from './permission.ts'
import { restApi } from './rest-api.ts'
import { RunWorkflow } from './run-workflow.ts'
import { runsBucket } from './runs-bucket.ts'
import { runsTable } from './runs-table.ts'
import { Schedules } from './schedules.ts'
import { ServiceAlarms } from './service-alarms.ts'
import { functionArnOf, SquallFunctions, squallTask } from './squall-functions.ts'

/**
 * The architecture: artifacts in a bucket and records in a table; the workflow's functions; the workflow, and the one that
 * takes over where it is stopped; schedules; the HTTP API; and what tells how the service itself fares.
 */
export class SquallStack extends Stack {
  constructor(app: App, config: Config) {
    const { stack, account, region, deletionProtection } = config
    super(app, stack, {
      description: 'Squall: serverless load tests',
      terminationProtection: deletionProtection,
      env: {
        ...withValue('account', account ?? process.env['CDK_DEFAULT_ACCOUNT']),
        ...withValue('region', region ?? process.env['CDK_DEFAULT_REGION']),
      },
    })

    const stores = { bucket: runsBucket(this, config), table: runsTable(this, config) }
    const topic = verdictTopic(this, config)
    const placement = network(this, config)
    const functions = new SquallFunctions(this, 'Functions', { config, stores, topic, placement })

    const queues = {
      workflow: deadLetters(this, 'WorkflowDeadLetters'),
      schedules: deadLetters(this, 'ScheduleDeadLetters'),
    }
    const workflow = new RunWorkflow(this, 'Workflow', { config, functions, deadLetters: queues.workflow })
    const schedules = new Schedules(this, 'Schedules', {
      config,
      targetArn: functionArnOf(this, config, 'api'),
      deadLetters: queues.schedules,
    })

    const { legTimes, ceilings } = config
    const apiFunction = squallTask(
      this,
      'api',
      { config, stores, placement },
      {
        ceilings,
        stateMachineArn: workflow.run.stateMachineArn,
        scheduler: schedules.deployment,
        ...(legTimes && { legTimes }),
      },
      [
        allow(['states:StartExecution'], [workflow.run.stateMachineArn]),
        ...schedules.permissions,
        allow(['lambda:GetAccountSettings'], ['*'], {
          because: 'Sizing asks how many functions may run at once, which is a setting of the account.',
        }),
      ],
      queues.schedules,
    )
    const { api, keyId } = restApi(this, config, apiFunction)

    const parts = { functions, apiFunction, workflow, api, deadLetters: queues }
    const alarms = new ServiceAlarms(this, 'Alarms', config, parts)
    dashboard(this, config, parts, stores.table, alarms)

    // For the bill: activate both as cost allocation tags.
    Tags.of(this).add('squall:stack', stack)
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value)

    const outputs = {
      ApiUrl: api.url,
      ApiId: api.restApiId,
      ...(keyId !== undefined && { ApiKeyId: keyId }),
      BucketName: stores.bucket.bucketName,
      TableName: stores.table.tableName,
      StateMachineArn: workflow.run.stateMachineArn,
      TopicArn: topic.topicArn,
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }
}

function withValue<K extends string>(key: K, value: string | undefined): { readonly [name in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [name in K]: string })
}
