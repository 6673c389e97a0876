/**
 * How long an answer asks to wait: RFC 9110 10.2.3, seconds or an HTTP date. Undefined where it is neither; a date in
 * the past is 0.
 */
export function retryAfterMs(value: string | undefined, epochMs: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  if (/^\d+$/.test(text)) return Number(text) * 1000
  if (!/[A-Za-z]{3}/.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - epochMs)
}
