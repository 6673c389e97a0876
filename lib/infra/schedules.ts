import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Config } from './config.ts'
import { allow, grant, type Permission } from './permission.ts'

export type SchedulesProps = {
  readonly config: Config
  /** The API's function, which a schedule invokes. */
  readonly targetArn: string
  readonly deadLetters: IQueue
}

/**
 * The group that the API puts its schedules into, and the role with which EventBridge Scheduler starts them. Removing the
 * group removes its schedules.
 */
export class Schedules extends Construct {
  readonly groupName: string
  readonly role: Role
  readonly #targetArn: string
  readonly #deadLetters: IQueue

  constructor(scope: Construct, id: string, { config, targetArn, deadLetters }: SchedulesProps) {
    super(scope, id)
    const group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: config.stack,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.groupName = config.stack
    this.#targetArn = targetArn
    this.#deadLetters = deadLetters
    const stack = Stack.of(this)
    this.role = new Role(this, 'Role', {
      // Only for schedules of this group: the service acts for every account.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group.scheduleGroupArn },
        },
      }),
    })
    grant(this.role, [
      allow(['lambda:InvokeFunction'], [targetArn]),
      allow(['sqs:SendMessage'], [deadLetters.queueArn]),
    ])
  }

  /** The API's part of the deployment. */
  get deployment() {
    return {
      group: this.groupName,
      roleArn: this.role.roleArn,
      targetArn: this.#targetArn,
      deadLetterArn: this.#deadLetters.queueArn,
    }
  }

  /** What the API needs to make, change and remove schedules of the group. */
  get permissions(): readonly Permission[] {
    const schedules = Stack.of(this).formatArn({ service: 'scheduler', resource: `schedule/${this.groupName}/*` })
    return [
      allow(['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'], [schedules], {
        because: 'Schedules are named by the callers of the API; they are all of one group.',
      }),
      allow(['iam:PassRole'], [this.role.roleArn], {
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ]
  }
}
