import { startTimeFaults } from '../plan/start-times.ts'
import { jsonText } from '../report/json.ts'
import { tableLines } from '../report/terminal-table.ts'
import type { EndpointOptions } from '../workflow/cloud-endpoint.ts'
import { type CloudSchedule, listSchedules, putSchedule, removeSchedule } from '../workflow/cloud-schedules.ts'
import { scenarioUpload } from '../workflow/scenario-upload.ts'
import { atUsersPlace } from './api-place.ts'
import { askCloud } from './cloud-client.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText, warningText } from './fault-text.ts'
import { type ScenarioOptions, scenarioSource } from './scenario-options.ts'
import { tell, wrapLines } from './tell.ts'
import type { Terminal } from './terminal.ts'

export type ScheduleOptions = ScenarioOptions &
  EndpointOptions & {
    /** The scenario's file. */
    readonly run?: string
    /** `cron(0 2 * * ? *)`, `rate(1 day)`, `at(...)`. */
    readonly when?: string
    readonly timeZone: string
    readonly remove?: true
    readonly json?: true
  }

const places = {
  'path.name': 'NAME',
  'body.expression': '--when',
  'body.timeZone': '--time-zone',
  expression: '--when',
  timeZone: '--time-zone',
}

/** `squall schedule [NAME]`: lists what runs by itself; with --run and --when keeps a schedule, with --remove ends one. */
export async function scheduleCommand(
  name: string | undefined,
  options: ScheduleOptions,
  terminal: Terminal,
): Promise<number> {
  const { run, when, remove } = options
  if (name === undefined) return list(options, terminal)
  if (remove) {
    const scenario = await askCloud(
      options,
      client => removeSchedule(client, name),
      fault => atUsersPlace(fault, places),
    )
    const told = `schedule ${name} is removed; its runs are kept, and so is the scenario ${scenario}: DELETE /v1/scenarios/${scenario} removes it\n`
    terminal.out(wrapLines(told, terminal.width))
    return exitCode.pass
  }
  if (run === undefined || when === undefined)
    throw new CommandExit(
      exitCode.notStarted,
      `squall schedule ${name}: expected --run FILE and --when EXPRESSION, such as --when "cron(0 2 * * ? *)", or --remove`,
    )
  const times = { expression: when, timeZone: options.timeZone }
  // The API would find them, too, when the scenario has been kept already.
  const wrongTimes = startTimeFaults(times, Date.now()).map(fault => atUsersPlace(fault, places))
  const upload = await scenarioUpload(scenarioSource(run, options))
  if (!upload.ok || wrongTimes.length > 0)
    throw new CommandExit(exitCode.notStarted, faultText([...wrongTimes, ...(upload.ok ? [] : upload.faults)]))
  for (const warning of upload.warnings) tell(terminal, warningText(warning))
  await askCloud(
    options,
    client => putSchedule(client, name, upload.value, times),
    fault => atUsersPlace(fault, places, run),
  )
  terminal.out(wrapLines(`schedule ${name} runs ${run} at ${when}, ${options.timeZone}\n`, terminal.width))
  return exitCode.pass
}

async function list(options: ScheduleOptions, terminal: Terminal): Promise<number> {
  const schedules = await askCloud(options, listSchedules)
  if (options.json) terminal.out(`${jsonText(schedules, 2)}\n`)
  else terminal.out(schedules.length === 0 ? 'no schedules yet\n' : `${shown(schedules, terminal.width).join('\n')}\n`)
  return exitCode.pass
}

function shown(schedules: readonly CloudSchedule[], width: number): readonly string[] {
  const rows = schedules.map(({ name, expression, timeZone, scenario, enabled }) => [
    name,
    expression,
    timeZone,
    scenario,
    enabled ? 'on' : 'off',
  ])
  const columns = ['schedule', 'when', 'time zone', 'scenario', ''].map(head => ({
    head,
    align: 'left' as const,
    flexible: head !== '',
  }))
  return tableLines(columns, rows, width, 0)
}
