import cronParser from 'aws-cron-parser'
import type { Fault } from '../scenario/fault.ts'

/** When a schedule starts its runs. */
export type StartTimes = {
  /** `cron(0 2 * * ? *)`, `rate(1 day)` or `at(2026-12-24T02:00:00)`. */
  readonly expression: string
  /** IANA name; `rate` does without. */
  readonly timeZone: string
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const form = /^(cron|rate|at)\((.*)\)$/
const rateForm = /^([1-9]\d{0,5}) (minute|hour|day)s?$/
const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** What is wrong with the times of a schedule that is made at `nowMs` (epoch ms), all at once. */
export function startTimeFaults({ expression, timeZone }: StartTimes, nowMs: number): readonly Fault[] {
  const faults: Fault[] = []
  if (!isTimeZone(timeZone))
    faults.push({
      path: 'timeZone',
      message: `there is no time zone "${timeZone}"`,
      expected: 'an IANA name such as Europe/Berlin, or UTC',
    })
  else if (reader({ expression, timeZone }, nowMs) === undefined)
    faults.push({
      path: 'expression',
      message: `"${expression}" is no expression of EventBridge Scheduler`,
      expected: 'cron(minute hour day month weekday year), rate(1 day) or at(2026-12-24T02:00:00)',
      fix: 'cron(0 2 * * ? *)',
    })
  else if (nextStartMs({ expression, timeZone }, nowMs, nowMs) === undefined)
    faults.push(pastFault({ expression, timeZone }, nowMs))
  return faults
}

/** A time that is over is most likely a slip in its date: the same time of day is the next one that is yet to come. */
function pastFault({ expression, timeZone }: StartTimes, nowMs: number): Fault {
  const wallMs = nowMs + zoneOffsetMs(nowMs, timeZone)
  const now = wallText(wallMs)
  const [, time = ''] = /^at\(.*(T.*)\)$/.exec(expression) ?? []
  const today = `${now.slice(0, 10)}${time}`
  const next = today > now ? today : `${wallText(wallMs + 86_400_000).slice(0, 10)}${time}`
  return {
    path: 'expression',
    message: `"${expression}" starts no run any more: it is ${now} in ${timeZone}`,
    expected: 'a time that is yet to come',
    ...(time !== '' && { fix: `at(${next})` }),
  }
}

/** What the walls of a zone show, such as 2026-12-24T02:00:00. */
const wallText = (wallMs: number) => new Date(wallMs).toISOString().slice(0, 19)

/**
 * The first instant after `afterMs` at which a schedule starts a run; undefined where there is none. All are epoch ms.
 * `madeAtMs` is when the schedule was made: a rate counts from it.
 */
export function nextStartMs(times: StartTimes, afterMs: number, madeAtMs: number): number | undefined {
  return reader(times, madeAtMs)?.(afterMs)
}

type Next = (afterMs: number) => number | undefined

function reader({ expression, timeZone }: StartTimes, madeAtMs: number): Next | undefined {
  const [, kind, text = ''] = form.exec(expression) ?? []
  if (kind === 'rate') return rateReader(text, madeAtMs)
  if (kind === 'at') return atReader(text, timeZone)
  return kind === 'cron' ? cronReader(text, timeZone) : undefined
}

function rateReader(text: string, madeAtMs: number): Next | undefined {
  const [, count, unit = ''] = rateForm.exec(text) ?? []
  const everyMs = Number(count) * (unitMs[unit] ?? Number.NaN)
  if (Number.isNaN(everyMs)) return undefined
  return afterMs => madeAtMs + everyMs * Math.max(1, Math.floor((afterMs - madeAtMs) / everyMs) + 1)
}

function atReader(text: string, timeZone: string): Next | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined
  const wallMs = Date.parse(`${text}Z`)
  if (Number.isNaN(wallMs)) return undefined
  const atMs = wallMs - offsetMs(wallMs, timeZone)
  return afterMs => (atMs > afterMs ? atMs : undefined)
}

/** The parser knows no zones: it is given the clock on the zone's walls as if that were UTC. */
function cronReader(text: string, timeZone: string): Next | undefined {
  const [, , day, , weekday, , ...more] = text.split(' ')
  // EventBridge wants a question mark in exactly one of the two.
  if (weekday === undefined || more.length > 0 || (day === '?') === (weekday === '?')) return undefined
  let cron: ReturnType<typeof cronParser.parse>
  try {
    cron = cronParser.parse(text)
  } catch {
    return undefined
  }
  return afterMs => {
    const found = cronParser.next(cron, new Date(afterMs + zoneOffsetMs(afterMs, timeZone)))
    return found === null || found === undefined ? undefined : found.getTime() - offsetMs(found.getTime(), timeZone)
  }
}

/** The zone's offset at the instant when its walls show `wallMs`; where they show it twice or never, the later reading. */
function offsetMs(wallMs: number, timeZone: string): number {
  const guessMs = zoneOffsetMs(wallMs, timeZone)
  return zoneOffsetMs(wallMs - guessMs, timeZone)
}

function zoneOffsetMs(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(each => each.type === type)?.value)
  const wallMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return wallMs - Math.floor(atMs / 1000) * 1000
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
