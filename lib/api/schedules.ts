import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { startTimeFaults } from '../plan/start-times.ts'
import type { Fault } from '../scenario/fault.ts'
import { startRun } from '../workflow/start-run.ts'
import type { ApiPorts } from './api-ports.ts'
import { addDocuments } from './documents.ts'
import { keptSchedules } from './kept-schedules.ts'
import { nameSchema, overridesSchema, postedRunSchema, postedScenario, setSchema } from './posted-run.ts'
import { Problem } from './problem.ts'

const scheduleBody = z
  .strictObject({
    expression: z.string().max(256).meta({ description: 'cron(0 2 * * ? *), rate(1 day) or at(2026-12-24T02:00:00)' }),
    timeZone: z.string().max(64).default('UTC').meta({ description: 'an IANA name such as Europe/Berlin' }),
    scenario: nameSchema.meta({ description: 'the name of a stored scenario' }),
    overrides: overridesSchema.default({}),
    env: z.record(z.string(), z.string()).default({}),
    set: setSchema.default({}),
    generators: z.int().min(1).max(10_000).optional(),
    estimateUsdMax: z.number().min(0).optional(),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'ScheduleToKeep' })

const storedSchedule = z.object({ ...scheduleBody.shape, schema: z.literal('squall.schedule.v1') })

/** What EventBridge Scheduler invokes the API's function with. */
export const scheduledStart = z.object({ squallSchedule: nameSchema, scheduledTime: z.string().min(1) })

/** Runs at their times: a document here, and a schedule that invokes us. */
export function addSchedules(app: OpenAPIHono, ports: ApiPorts, tellFault: (error: unknown) => void): void {
  const { scheduler } = ports
  /** What is wrong with a schedule, whatever is kept here. */
  const faultsOf = (schedule: z.output<typeof scheduleBody>): Fault[] => {
    if (scheduler === undefined) throw new Problem(501, 'nothing starts runs at their times here')
    // One that is switched off may have its time behind it.
    const afterMs = schedule.enabled ? ports.epochMs() : 0
    return startTimeFaults(schedule, afterMs).map(fault => ({ ...fault, path: `body.${fault.path}` }))
  }
  addDocuments(app, ports, {
    kind: 'schedule',
    path: '/schedules',
    body: scheduleBody,
    check(schedule) {
      const faults = faultsOf(schedule)
      if (faults.length > 0) throw new Problem(400, 'the schedule cannot be kept', faults)
    },
    async read(_name, schedule) {
      const faults = faultsOf(schedule)
      if ((await ports.documents.get('scenario', schedule.scenario)) === undefined)
        faults.push({
          path: 'body.scenario',
          message: `there is no scenario "${schedule.scenario}"`,
          expected: 'the name of a scenario that is kept here',
          fix: `PUT /v1/scenarios/${schedule.scenario} first`,
        })
      if (faults.length > 0) throw new Problem(400, 'the schedule cannot be kept', faults)
      return { schema: 'squall.schedule.v1', ...schedule }
    },
    ...(scheduler !== undefined && {
      keeping: keptSchedules(
        {
          ...ports,
          scheduler,
          timesOf: body => storedSchedule.parse(body),
          scenarioOf: body => storedSchedule.parse(body).scenario,
        },
        tellFault,
      ),
    }),
  })
}

/** Starts the run of a schedule, once for each time. Rejects where it is refused, which the queue of dead letters keeps. */
export async function startScheduled(ports: ApiPorts, event: z.output<typeof scheduledStart>): Promise<string> {
  const { squallSchedule: name, scheduledTime } = event
  const kept = await ports.documents.get('schedule', name)
  if (kept === undefined) throw new Error(`there is no schedule "${name}"`)
  const { scenario, overrides, env, set, generators, estimateUsdMax } = storedSchedule.parse(kept.body)
  const body = postedRunSchema.parse({ scenario: { name: scenario }, overrides, env, set, generators, estimateUsdMax })
  const started = await startRun(ports, await postedScenario(ports, body), {
    caller: { name: `schedule ${name}`, key: `schedule ${name}` },
    key: scheduledTime,
    command: `schedule ${name}`,
    schedule: name,
  })
  if (started.kind === 'started') return started.record.id
  const why = 'faults' in started ? started.faults.map(({ message }) => message).join('; ') : started.kind
  throw new Error(`the run of schedule "${name}" at ${scheduledTime} was refused: ${why}`)
}
