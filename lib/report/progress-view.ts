import { formatMs, formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatRate, formatShare, formatSignificant, plural } from '../measure/format-number.ts'
import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import { type ProgressHistory, recentFailures, recentRates, remembered } from './progress-history.ts'
import { progressPhase } from './progress-phase.ts'
import { sparkline } from './sparkline.ts'
import { type TerminalStyle, terminalStyle } from './terminal-style.ts'
import { cutEnd, cutMiddle, padEnd, textWidth, wrapItems } from './terminal-text.ts'

export type ProgressOptions = { readonly width: number; readonly colour: boolean; readonly history?: ProgressHistory }

const CURVE_SECONDS = 60
const CURVE_LABEL = 12

/** A live view that remembers the last minute; give it each set of live figures as it comes. */
export function progressView(plan: Plan, options: { readonly width: number; readonly colour: boolean }) {
  let history: ProgressHistory = []
  return {
    lines(live: LiveFigures): string[] {
      history = remembered(history, live)
      return progressLines(live, plan, { ...options, history })
    },
  }
}

/**
 * The run as it stands, for a terminal that overwrites it: phase and time left, users, rate, failures, p95, and a curve
 * of the last minute where a history is given. No line is wider than `width`.
 */
export function progressLines(live: LiveFigures, plan: Plan, options: ProgressOptions): string[] {
  const style = terminalStyle(options.colour)
  const history = options.history ?? remembered([], live)
  return [
    phaseLine(live, plan, options.width, style),
    ...figureLines(live, options.width, style),
    ...curveLines(history, options.width, style),
    ...errorLines(live, options.width, style),
  ]
}

const BAR_WIDTH = 16

/** Where there is no room for all of it, the bar goes first, then the middle of the phase's name. */
function phaseLine(live: LiveFigures, plan: Plan, width: number, style: TerminalStyle): string {
  const { label, leftMs } = progressPhase(plan, live.atMs)
  const at = `${wholeSeconds(Math.min(live.atMs, plan.loadMs))} of ${formatSpan(plan.loadMs)}`
  const time = cutEnd(`${wholeSeconds(leftMs + 999)} left   ${at}`, width - 2 - LEAST_NAME - 3)
  const room = width - 2 - 3 - textWidth(time)
  const withBar = room - BAR_WIDTH - 3 >= Math.min(textWidth(label), 2 * LEAST_NAME)
  const name = cutMiddle(label, withBar ? room - BAR_WIDTH - 3 : room)
  const share = plan.loadMs > 0 ? Math.min(1, Math.max(0, live.atMs / plan.loadMs)) : 1
  const filled = Math.round(share * BAR_WIDTH)
  const bar = `${'━'.repeat(filled)}${style.quiet('─'.repeat(BAR_WIDTH - filled))}`
  return `  ${style.heading(name)}   ${time}${withBar ? `   ${bar}` : ''}`
}

const LEAST_NAME = 8

/** Time that goes by is shown in whole seconds, so that the line does not flicker. */
const wholeSeconds = (ms: number) => formatSpan(Math.max(0, Math.floor(ms / 1000) * 1000))

function figureLines(live: LiveFigures, width: number, style: TerminalStyle): string[] {
  const failed = live.requests > 0 && live.failures > 0 ? ` (${formatShare(live.failures / live.requests, 2)})` : ''
  const failures = `${plural(live.failures, 'failure')}${failed}`
  const items = [
    plural(live.users, 'user'),
    formatRate(recentRate(live)),
    plural(live.requests, 'request'),
    failures,
    `p95 ${formatMs(live.p95Ms, 2)}`,
    ...(live.missed > 0 ? [`${formatCount(live.missed)} missed`] : []),
  ]
  return wrapItems(items, width - 2).map(line => {
    const text = `  ${line}`
    return live.failures > 0 ? text.replace(failures, found => style.failed(found)) : text
  })
}

/** A rate is taken over whole seconds: before the first of them there is none, and not none a second. */
function recentRate(live: LiveFigures): number | undefined {
  return live.atMs < 1000 ? undefined : live.ratePerSecond
}

function curveLines(history: ProgressHistory, width: number, style: TerminalStyle): string[] {
  if (history.length < 2) return []
  const most = (values: readonly (number | undefined)[]) => Math.max(0, ...values.map(value => value ?? 0))
  const mostRate = most(recentRates(history, CURVE_SECONDS))
  const mostFailures = most(recentFailures(history, CURVE_SECONDS))
  const scales = [mostRate, mostFailures].map(value => `max ${formatSignificant(value)}`)
  const room = width - 2 - CURVE_LABEL - 2 - Math.max(...scales.map(textWidth))
  const seconds = Math.min(CURVE_SECONDS, room)
  if (seconds < 8) return []
  const row = (label: string, curve: string, scale = '') =>
    `  ${padEnd(label, CURVE_LABEL)}${curve}  ${style.quiet(scale)}`
  const rates = sparkline(recentRates(history, seconds), { top: mostRate })
  const failures = sparkline(recentFailures(history, seconds), { top: mostFailures, zeroBlank: true })
  return [
    row('requests/s', rates, scales[0]),
    ...(mostFailures > 0 ? [row('failures/s', style.failed(failures), scales[1])] : []),
  ]
}

function errorLines(live: LiveFigures, width: number, style: TerminalStyle): string[] {
  const kinds = live.errors.slice(0, 3).map(([kind, count]) => `${formatCount(count)} ${kind}`)
  return kinds.length === 0 ? [] : [`  ${style.quiet(cutEnd(kinds.join(', '), width - 2))}`]
}

/** One plain line, for a log: `1 m 12 s of 1 m 40 s, steady: 100 users, 203/s, 12,579 requests, 23 failures (0.18 %), p95 389 ms`. */
export function progressPlainLine(live: LiveFigures, plan: Plan): string {
  const { label } = progressPhase(plan, live.atMs)
  const share = live.requests > 0 && live.failures > 0 ? ` (${formatShare(live.failures / live.requests, 2)})` : ''
  const rate = recentRate(live)
  const figures = [
    plural(live.users, 'user'),
    ...(rate === undefined ? [] : [formatRate(rate)]),
    plural(live.requests, 'request'),
    `${plural(live.failures, 'failure')}${share}`,
    ...(live.p95Ms === undefined ? [] : [`p95 ${formatMs(live.p95Ms, 2)}`]),
    ...(live.missed > 0 ? [`${formatCount(live.missed)} missed`] : []),
  ]
  const at = wholeSeconds(Math.min(live.atMs, plan.loadMs))
  return `${at} of ${formatSpan(plan.loadMs)}, ${cutMiddle(label, 40)}: ${figures.join(', ')}`
}
