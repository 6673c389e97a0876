import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { FUNCTION_MEMORY_MB, type FunctionName } from '../plan/function-memory.ts'
import type { DeploymentInput } from '../workflow/deployment.ts'
import { bundledCode } from './bundle.ts'
import type { Config } from './config.ts'
import { grant, type Permission } from './permission.ts'

/** How long an invocation may take: a generator a leg, a watch its turn of 5 minutes, the API what API Gateway waits for. */
const TIMEOUT_S: { readonly [name in FunctionName]: number } = {
  plan: 60,
  generate: 900,
  watch: 360,
  merge: 900,
  aggregate: 900,
  announce: 60,
  api: 29,
}

/**
 * How often the Lambda service itself tries an asynchronous invocation again. The workflow decides that for its tasks: a
 * second try of the service's own could send a load twice. Only the API is invoked so, by schedules; the start of a run has
 * an id made from the schedule and its time, so that a second try starts no second run, and a hiccup loses no night.
 */
const RETRIES: { readonly [name in FunctionName]: number } = {
  plan: 0,
  generate: 0,
  watch: 0,
  merge: 0,
  aggregate: 0,
  announce: 0,
  api: 2,
}

/** Where a function's network interfaces are, if it is to reach targets inside of a VPC. */
export type Placement = {
  readonly vpc: IVpc
  readonly vpcSubnets: SubnetSelection
  readonly securityGroups: ISecurityGroup[]
}

export type SquallFunctionProps = {
  readonly config: Config
  readonly deployment: DeploymentInput
  /** All that the function may do beside its logs. */
  readonly permissions: readonly Permission[]
  readonly placement?: Placement
  /** Takes the events that nobody waits for and that the function failed at: starts by a schedule. */
  readonly deadLetterQueue?: IQueue
}

/** One Lambda function, bundled from functions/lambda, with a role and a log group of its own. */
export function squallFunction(scope: Construct, name: FunctionName, props: SquallFunctionProps): LambdaFunction {
  const { config, deployment, permissions, placement, deadLetterQueue } = props
  const functionName = functionNameOf(config, name)
  const id = name.replace(/^./, letter => letter.toUpperCase())
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: config.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  // Not CDK's own role: its managed policy lets a function write to every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)
  grant(role, permissions)
  const reserved = config.reservedConcurrency
  return new LambdaFunction(scope, id, {
    functionName,
    description: `Squall: ${name}`,
    code: bundledCode(name),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: FUNCTION_MEMORY_MB[name],
    timeout: Duration.seconds(TIMEOUT_S[name]),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    retryAttempts: RETRIES[name],
    ...(deadLetterQueue !== undefined && { deadLetterQueue }),
    ...(reserved !== undefined && name in reserved && { reservedConcurrentExecutions: Reflect.get(reserved, name) }),
    ...placement,
    environment: {
      SQUALL_DEPLOYMENT: Stack.of(scope).toJsonString(deployment),
      // Not while a load is sent: each failed request makes an error, and its stack would be looked up in the map.
      ...(name !== 'generate' && { NODE_OPTIONS: '--enable-source-maps' }),
    },
  })
}

/** A name of its own, so that the API's function can be told its own ARN, and logs and metrics are found by name. */
export function functionNameOf({ stack }: Pick<Config, 'stack'>, name: FunctionName): string {
  return `${stack}-${name}`
}
