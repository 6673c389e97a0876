import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { StartTimes } from '../plan/start-times.ts'
import type { Deployment } from './deployment.ts'

/** When a schedule starts its runs, and whether it does. */
export type ScheduleTimes = StartTimes & { readonly enabled: boolean }

/** Makes and removes what starts runs at their times. */
export type Scheduler = {
  put(name: string, times: ScheduleTimes): Promise<void>
  delete(name: string): Promise<void>
}

/** Schedules of EventBridge Scheduler, which invoke the API's function with the schedule's name and time. */
export function cloudScheduler(place: NonNullable<Deployment['scheduler']>): Scheduler {
  const client = new SchedulerClient({ maxAttempts: 3 })
  const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name
  return {
    async put(name, { expression, timeZone, enabled }) {
      const { group, roleArn, targetArn, deadLetterArn } = place
      const schedule: CreateScheduleCommandInput = {
        Name: name,
        GroupName: group,
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: timeZone,
        State: enabled ? 'ENABLED' : 'DISABLED',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: targetArn,
          RoleArn: roleArn,
          // The Scheduler puts the time in; with the name it makes the run's id, so that a repeated call starts no second run.
          Input: JSON.stringify({ squallSchedule: name, scheduledTime: '<aws.scheduler.scheduled-time>' }),
          RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
          ...(deadLetterArn !== undefined && { DeadLetterConfig: { Arn: deadLetterArn } }),
        },
      }
      try {
        await client.send(new CreateScheduleCommand(schedule))
      } catch (error) {
        if (!isNamed(error, 'ConflictException')) throw error
        await client.send(new UpdateScheduleCommand(schedule))
      }
    },
    async delete(name) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: name, GroupName: place.group }))
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error
      }
    },
  }
}
