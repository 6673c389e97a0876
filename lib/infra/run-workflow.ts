import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events'
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Config } from './config.ts'
import { localTargetInput } from './local-differences.ts'
import { accept } from './nag.ts'
import { stateMachineFile } from './package-folder.ts'
import { allow, grant, grantApart } from './permission.ts'
import type { SquallFunctions } from './squall-functions.ts'

export type WorkflowProps = {
  readonly config: Config
  readonly functions: SquallFunctions
  readonly deadLetters: IQueue
}

/**
 * The workflow of a run, and the one that follows where its execution did not come to its own end: a rule on the
 * execution's status starts it, it stops the load, and it makes the verdict of what there is.
 */
export class RunWorkflow extends Construct {
  readonly run: StateMachine
  readonly stopped: StateMachine

  constructor(scope: Construct, id: string, { config, functions, deadLetters }: WorkflowProps) {
    super(scope, id)
    const { plan, generate, watch, merge, aggregate, announce } = functions
    const machine = (name: string, file: string, tasks: readonly { readonly functionArn: string }[]) => {
      const role = new Role(this, `${name}Role`, { assumedBy: new ServicePrincipal('states.amazonaws.com') })
      const functionArns = tasks.map(({ functionArn }) => functionArn)
      grant(role, [allow(['lambda:InvokeFunction'], functionArns)])
      const stateMachine = new StateMachine(this, name, {
        stateMachineName: `${config.stack}-${file}`,
        stateMachineType: StateMachineType.STANDARD,
        definitionBody: DefinitionBody.fromFile(stateMachineFile(file)),
        definitionSubstitutions: {
          PlanFunctionArn: plan.functionArn,
          GenerateFunctionArn: generate.functionArn,
          WatchFunctionArn: watch.functionArn,
          MergeFunctionArn: merge.functionArn,
          AggregateFunctionArn: aggregate.functionArn,
          AnnounceFunctionArn: announce.functionArn,
        },
        role,
        logs: {
          destination: new LogGroup(this, `${name}Logs`, {
            logGroupName: `/aws/vendedlogs/states/${config.stack}-${file}`,
            retention: config.logRetentionDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
          level: LogLevel.ERROR,
        },
      })
      accept(stateMachine, {
        'AwsSolutions-SF1':
          'Errors only: with ALL, each of up to 120,000 child executions of a day-long run would log every event of its own.',
        'AwsSolutions-SF2':
          'A trace a shard would cost more than its Lambda time is worth; each function logs its times, and the report shows those of the load.',
      })
      accept(role, {
        'AwsSolutions-IAM5[Resource::*]': 'Log delivery of Step Functions has no narrower resource.',
      })
      return { stateMachine, role }
    }

    const run = machine('Run', 'run', [plan, generate, watch, merge, aggregate, announce])
    this.run = run.stateMachine
    allowDistributedMap(this, run.stateMachine, run.role)
    this.stopped = machine('Stopped', 'stopped', [watch, aggregate, announce]).stateMachine

    new Rule(this, 'NotEnded', {
      description: 'Squall: an execution that was aborted, failed or timed out leaves no load and gets its verdict',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        // Exactly this machine: executions of the Distributed Map's children have an ARN of their own.
        detail: { stateMachineArn: [this.run.stateMachineArn], status: ['ABORTED', 'FAILED', 'TIMED_OUT'] },
      },
      targets: [
        new SfnStateMachine(this.stopped, {
          input: RuleTargetInput.fromObject({
            ...(config.local && localTargetInput),
            runId: EventField.fromPath('$.detail.name'),
            abort: `the execution ended as ${EventField.fromPath('$.detail.status')}`,
          }),
          deadLetterQueue: deadLetters,
          retryAttempts: 10,
          maxEventAge: Duration.hours(1),
        }),
      ],
    })
  }
}

/**
 * A Distributed Map starts executions of its own machine. In a policy of its own, as the machine waits for its role's
 * default policy.
 */
function allowDistributedMap(scope: Construct, run: StateMachine, role: Role): void {
  const children = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${run.stateMachineName}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
  grantApart(scope, 'DistributedMap', role, [
    allow(['states:StartExecution'], [run.stateMachineArn]),
    allow(['states:DescribeExecution', 'states:StopExecution'], [children], {
      because: 'The children of a Distributed Map get their names when they are started.',
    }),
  ])
}
