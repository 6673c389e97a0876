import { bareLatency, formatDuration, parseDuration } from './duration.ts'
import { notParsed, type Parsed } from './grammar-error.ts'
import { formatRate, parseRate } from './rate.ts'
import { parsePercent } from './share.ts'
import type { ThresholdSubject, ThresholdUnit } from './threshold.ts'
import { formatSubject } from './threshold-subject.ts'

type Limit = { readonly limit: number; readonly unit: ThresholdUnit }

/** The units in which each subject can be judged, the most usual first. The unit picks the figure. */
const unitsBySubject: Readonly<Record<ThresholdSubject['kind'], readonly ThresholdUnit[]>> = {
  latency: ['ms'],
  errors: ['share', 'count', 'perSecond'],
  status: ['share', 'count', 'perSecond'],
  error: ['share', 'count', 'perSecond'],
  /** The share that passed. */
  checks: ['share'],
  throughput: ['perSecond'],
  requests: ['count', 'perSecond'],
  iterations: ['count', 'perSecond'],
  missed: ['share', 'count'],
}

const unitForms: Readonly<Record<ThresholdUnit, string>> = {
  ms: 'a duration such as 500ms or 2s',
  share: 'a share such as 1%',
  count: 'a count such as 10',
  perSecond: 'a rate such as 30/s',
  bytes: 'a size such as 10KB',
}

const sample: Readonly<Record<ThresholdUnit, string>> = {
  ms: '500ms',
  share: '1%',
  count: '10',
  perSecond: '30/s',
  bytes: '10KB',
}

/** The value of a threshold, in the unit in which it is written. A `fix` is the corrected value alone. */
export function readLimit(subject: ThresholdSubject, text: string): Parsed<Limit> {
  const units = unitsBySubject[subject.kind]
  const usual = units[0] ?? 'count'
  const name = formatSubject(subject)
  const expected = `for ${name} ${units.map(unit => unitForms[unit]).join(', or ')}`
  const fix = subject.kind === 'checks' ? '99%' : sample[usual]
  if (text === '') return notParsed({ message: `${name} is compared with nothing`, expected, fix })
  const unit = writtenUnit(text)
  if (unit === undefined) {
    // Every unit's reader refuses it; the one of the usual unit knows the spellings people write in its place.
    const refused = read(usual, text)
    return refused.ok ? notParsed({ message: `"${text}" is not a value`, expected }) : refused
  }
  if (unit === 'count' && /^0?\.\d+$/.test(text) && units.includes('share')) {
    // A share without its unit would pass for a count, and never be reached.
    return notParsed({ message: `"${text}" is not a count`, expected, fix: formatLimit(Number(text), 'share') })
  }
  if (!units.includes(unit)) {
    // A latency without a unit: a small number is most likely seconds, a larger one milliseconds, as other tools take it.
    const spelled = unit !== 'count' ? undefined : usual === 'ms' ? bareLatency(text) : bareFix(usual, text)
    return notParsed({ message: `${name} cannot be compared with "${text}"`, expected, fix: spelled ?? fix })
  }
  const value = read(unit, text)
  if (!value.ok) return value
  if (unit === 'share' && value.value > 1) {
    return notParsed({ message: `"${text}" is more than all`, expected: 'a share from 0% to 100%' })
  }
  // 10.49 / 100 is 0.10490000000000001: fifteen digits are what a double keeps of a decimal.
  const limit = unit === 'share' ? Number(value.value.toPrecision(15)) : value.value
  return { ok: true, value: { limit, unit } }
}

/** How a limit is written; the reverse of `readLimit`. */
export function formatLimit(limit: number, unit: ThresholdUnit): string {
  switch (unit) {
    case 'ms':
      return formatDuration(limit)
    case 'share':
      return `${Number((limit * 100).toPrecision(12))}%`
    case 'perSecond':
      return formatRate(limit)
    case 'bytes':
      return `${limit}B`
    case 'count':
      return String(limit)
  }
}

function writtenUnit(text: string): ThresholdUnit | undefined {
  if (/%$/.test(text)) return 'share'
  if (/^[+-]?[\d.,_]+$/.test(text)) return 'count'
  if (/^[\d.]+\/[smh]$/.test(text)) return 'perSecond'
  if (/^[\d.]+(ms|s|m|h)$/.test(text)) return 'ms'
  if (/^[\d.]+(B|KB|MB|GB)$/.test(text)) return 'bytes'
  return undefined
}

function read(unit: ThresholdUnit, text: string): Parsed<number> {
  switch (unit) {
    case 'ms':
      return parseDuration(text)
    case 'share':
      return parsePercent(text)
    case 'perSecond':
      return parseRate(text)
    default:
      return readCount(text)
  }
}

function readCount(text: string): Parsed<number> {
  if (/^\d+$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER) return { ok: true, value: Number(text) }
  const grouped = /^\d{1,3}([,_]\d{3})+$/.test(text) ? text.replace(/[,_]/g, '') : undefined
  return notParsed({
    message: `"${text}" is not a count`,
    expected: 'a whole number such as 1000',
    ...(grouped === undefined ? {} : { fix: grouped }),
  })
}

/** What the reader of a unit makes of a number without one. */
function bareFix(unit: ThresholdUnit, text: string): string | undefined {
  const refused = read(unit, text)
  return refused.ok ? undefined : refused.errors[0]?.fix
}
