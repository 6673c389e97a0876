import type { ThresholdUnit } from '../scenario/threshold.ts'

/** A figure for a sentence: `6.42 s`, `340 ms`, `1.2 %`, `43.2/s`, `1,234`. */
export function formatFigure(value: number, unit: ThresholdUnit): string {
  switch (unit) {
    case 'ms':
      return formatMs(value)
    case 'share':
      return `${digits(value * 100)} %`
    case 'perSecond':
      return `${digits(value)}/s`
    case 'bytes':
      return `${digits(value)} B`
    case 'count':
      return digits(value)
  }
}

export function formatMs(ms: number): string {
  if (ms < 1000) return `${digits(ms)} ms`
  return ms < 120_000 ? `${digits(ms / 1000)} s` : `${digits(ms / 60_000)} min`
}

export function formatShare(share: number): string {
  return `${digits(share * 100)} %`
}

export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 request`, `3 requests`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Three significant digits, none of them a trailing zero behind the point. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : '-'
  if (Math.abs(value) >= 1000) return formatCount(value)
  return String(Number(value.toPrecision(3)))
}
