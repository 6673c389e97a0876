import cron from 'aws-cron-parser'
import type { Fault } from '../scenario/fault.ts'

/** What is wrong with a schedule's expression; https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
export function expressionFault(text: string): Pick<Fault, 'message' | 'expected'> | undefined {
  const rate = /^rate\((\d+) (minute|minutes|hour|hours|day|days)\)$/.exec(text)
  if (rate !== null)
    return Number(rate[1]) > 0 ? undefined : { message: `${text} never comes`, expected: 'rate(1 day)' }
  const fields = /^cron\(([^()]*)\)$/.exec(text)?.[1]
  if (fields === undefined) return { message: `"${text}" is no schedule`, expected: 'cron(0 2 * * ? *) or rate(1 day)' }
  try {
    const next = fields.trim().split(/\s+/).length === 6 ? cron.next(cron.parse(fields), new Date(0)) : undefined
    if (next !== null && next !== undefined) return undefined
  } catch {
    // Told below: the library's own words are about its insides.
  }
  return {
    message: `"${fields}" is no cron expression of six fields that comes at any time`,
    expected: 'minutes hours day-of-month month day-of-week year, such as cron(0 2 * * ? *)',
  }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
