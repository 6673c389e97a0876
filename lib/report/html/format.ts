const THIN = '\u202f'
export const DASH = '–'

/** Whole numbers with thin spaces between thousands. */
export function formatCount(value: number | undefined): string {
  return value === undefined ? DASH : grouped(String(Math.round(value)))
}

/** Three significant digits; more only where the whole part needs them. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return DASH
  if (value === 0) return '0'
  const size = Math.floor(Math.log10(Math.abs(value)))
  const rounded = value.toFixed(Math.min(Math.max(0, 2 - size), 9))
  return grouped(rounded.includes('.') ? rounded.replace(/\.?0+$/, '') : rounded)
}

/** A duration given in ms, in the unit that reads best. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return DASH
  if (ms < 0.9995) return `${formatFigure(ms * 1000)}${THIN}µs`
  if (ms < 999.5) return `${formatFigure(ms)}${THIN}ms`
  if (ms < 119_950) return `${formatFigure(ms / 1000)}${THIN}s`
  return formatSpan(ms)
}

/** A length of time in whole seconds: `1 h 5 min`, `4 min 10 s`, `20 s`. */
export function formatSpan(ms: number | undefined): string {
  if (ms === undefined) return DASH
  if (ms < 60_000) return ms < 1000 ? `${formatFigure(ms)}${THIN}ms` : `${formatFigure(ms / 1000)}${THIN}s`
  const seconds = Math.round(ms / 1000)
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  return parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value}${THIN}${unit}`)
    .join(' ')
}

/** An instant of the load: `0:05`, `12:30`, `1:02:30`. */
export function formatInstant(ms: number): string {
  const seconds = Math.floor(ms / 1000 + 1e-6)
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60].map(part => String(part).padStart(2, '0'))
  if (seconds >= 3600) return [Math.floor(seconds / 3600), ...clock].join(':')
  const fraction = ms % 1000 === 0 ? '' : (ms / 1000 - seconds).toFixed(1).slice(1)
  return `${Math.floor(seconds / 60)}:${clock[1]}${fraction}`
}

/** A share of 0 to 1 as a percentage; what is neither 0 nor 1 is never shown as `0 %` or `100 %`. */
export function formatShare(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return DASH
  const percent = share * 100
  if (percent > 99.95 && percent < 100) return `>${THIN}99.9${THIN}%`
  if (percent > 0 && percent < 0.001) return `<${THIN}0.001${THIN}%`
  return `${formatFigure(percent)}${THIN}%`
}

export function formatRate(perSecond: number | undefined): string {
  return perSecond === undefined ? DASH : `${formatFigure(perSecond)}/s`
}

export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return DASH
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)))
  return `${formatFigure(bytes / 1000 ** power)}${THIN}${units[power]}`
}

export function formatUsd(usd: number | undefined): string {
  if (usd === undefined) return DASH
  return usd > 0 && usd < 0.01 ? `$${formatFigure(usd)}` : `$${grouped(usd.toFixed(2))}`
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, THIN)
  return fraction === undefined ? spaced : `${spaced}.${fraction}`
}
