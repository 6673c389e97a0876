import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { expect, inject, it } from 'vitest'
import { ask } from './http-api.ts'

it('a schedule is created, listed and removed, here and in EventBridge Scheduler', async () => {
  const put = await ask('PUT', 'scenarios/nightly-shop', {
    scenario: {
      squall: 1,
      name: 'nightly-shop',
      target: 'http://127.0.0.1:9',
      load: [{ rate: '10/s', for: '10s' }],
      steps: [{ get: '/' }],
    },
  })
  expect(put.text).not.toContain('faults')
  expect(put.status).toBeLessThan(300)
  const made = await ask('PUT', 'schedules/nightly', {
    expression: 'cron(0 2 * * ? *)',
    timeZone: 'Europe/Berlin',
    scenario: 'nightly-shop',
  })
  console.error(made.text)
  expect(made.status).toBeLessThan(300)

  const scheduler = new SchedulerClient()
  const known = async () => (await scheduler.send(new ListSchedulesCommand({}))).Schedules ?? []
  const [schedule, ...more] = await known()
  expect(more).toEqual([])
  const full = await scheduler.send(new GetScheduleCommand({ Name: schedule?.Name, GroupName: schedule?.GroupName }))
  expect(full).toMatchObject({
    ScheduleExpression: 'cron(0 2 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    Target: { Arn: expect.stringContaining(`${inject('deployed').stack}-api`) },
  })
  expect(JSON.parse(full.Target?.Input ?? '')).toMatchObject({ squallSchedule: 'nightly' })

  expect((await ask('GET', 'schedules')).text).toContain('nightly')
  expect((await ask('GET', 'schedules/nightly')).status).toBe(200)
  expect((await ask('DELETE', 'schedules/nightly')).status).toBeLessThan(300)
  expect((await ask('GET', 'schedules/nightly')).status).toBe(404)
  expect(await known()).toEqual([])
})
