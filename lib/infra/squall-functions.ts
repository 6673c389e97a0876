import { Stack } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { FunctionName } from '../plan/function-memory.ts'
import type { DeploymentInput } from '../workflow/deployment.ts'
import type { Config } from './config.ts'
import { networkPermissions } from './network.ts'
import { EVENT_BUS_NAME } from './notifications.ts'
import { allow, type Permission } from './permission.ts'
import { functionNameOf, type Placement, squallFunction } from './squall-function.ts'
import { type Stores, sendsRequests, storePermissions } from './store-permissions.ts'

export type FunctionsProps = {
  readonly config: Config
  readonly stores: Stores
  readonly topic: ITopic
  readonly placement: Placement | undefined
}

/** The workflow's functions, one for each of its Task states. */
export class SquallFunctions extends Construct {
  readonly plan: IFunction
  readonly generate: IFunction
  readonly watch: IFunction
  readonly merge: IFunction
  readonly aggregate: IFunction
  readonly announce: IFunction

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    const { topic } = props
    const task = (name: FunctionName, part: Partial<DeploymentInput> = {}, more: readonly Permission[] = []) =>
      squallTask(this, name, props, part, more)
    const { config } = props
    const { legTimes, ceilings } = config
    this.plan = task('plan', { ceilings, ...(legTimes && { legTimes }) })
    this.generate = task('generate')
    this.watch = task('watch')
    this.merge = task('merge')
    this.aggregate = task('aggregate')
    this.announce = task('announce', { topicArn: topic.topicArn, eventBusName: EVENT_BUS_NAME }, [
      allow(['sns:Publish'], [topic.topicArn]),
      // Only in our own name: nobody else's events can be feigned on the account's bus.
      allow(
        ['events:PutEvents'],
        [Stack.of(this).formatArn({ service: 'events', resource: `event-bus/${EVENT_BUS_NAME}` })],
        { conditions: { StringEquals: { 'events:source': 'squall' } } },
      ),
    ])
  }

  all(): readonly (readonly [FunctionName, IFunction])[] {
    const { plan, generate, watch, merge, aggregate, announce } = this
    return Object.entries({ plan, generate, watch, merge, aggregate, announce }) as [FunctionName, IFunction][]
  }
}

/** A function with what all of them are told and allowed, and its own part of the deployment and permissions. */
export function squallTask(
  scope: Construct,
  name: FunctionName,
  { config, stores, placement }: Omit<FunctionsProps, 'topic'>,
  part: Partial<DeploymentInput>,
  permissions: readonly Permission[],
  deadLetterQueue?: IQueue,
) {
  const stack = Stack.of(scope)
  const { retentionDays, allow: targets, allowProxies, allowScenarioCode, secretPrefix } = config
  const placed = sendsRequests(name) ? placement : undefined
  const functionArn = functionArnOf(stack, config, name)
  return squallFunction(scope, name, {
    config,
    deployment: {
      schema: 'squall.deployment.v1',
      region: stack.region,
      bucket: stores.bucket.bucketName,
      table: stores.table.tableName,
      retentionDays,
      allow: targets,
      allowProxies,
      allowScenarioCode,
      secretPrefix,
      network: config.vpc?.egress ?? 'internet',
      ...part,
    },
    permissions: [
      ...storePermissions(name, stores, config),
      ...permissions,
      ...(placed === undefined ? [] : networkPermissions(functionArn)),
    ],
    ...(placed !== undefined && { placement: placed }),
    ...(deadLetterQueue !== undefined && { deadLetterQueue }),
  })
}

/** Written out by name: a function's own settings cannot refer to the function. */
export function functionArnOf(stack: Stack, config: Config, name: FunctionName): string {
  return stack.formatArn({ service: 'lambda', resource: `function:${functionNameOf(config, name)}` })
}
