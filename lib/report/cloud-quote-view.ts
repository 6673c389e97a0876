import { formatSpan } from '../measure/format-duration.ts'
import { formatCount, formatSignificant } from '../measure/format-number.ts'
import type { CloudQuote } from '../plan/cloud-quote.ts'
import { runMs } from '../plan/generator-time.ts'
import { formatUnitUsd, formatUsd } from './cost-text.ts'
import { type TerminalStyle, terminalStyle } from './terminal-style.ts'
import { type TableColumn, tableLines } from './terminal-table.ts'
import { wrapText } from './terminal-text.ts'

export type CloudQuoteViewOptions = {
  readonly width: number
  readonly colour: boolean
  /** Where region and ceilings come from. */
  readonly sources: readonly string[]
}

/** What the cloud adds to a plan: generators and why, legs, the estimate item by item, what was taken for granted. */
export function renderCloudQuote(quote: CloudQuote, options: CloudQuoteViewOptions): string {
  const width = Math.max(40, options.width)
  const style = terminalStyle(options.colour)
  const sections = [
    cloud(quote, options.sources, width, style),
    estimate(quote, width, style),
    taken(quote, width, style),
  ]
  return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`
}

/** One line on the cost for the plan's own list of needs. */
export function costLine({ estimate: { totalUsd, region, priceDate }, plan }: CloudQuote): string {
  const { budgetUsd } = plan.scenario
  const budget = budgetUsd === undefined ? '' : `, budget ${formatUsd(budgetUsd)}`
  return `about ${formatUsd(totalUsd)} in ${region} by the prices of ${priceDate}${budget}`
}

function cloud(quote: CloudQuote, sources: readonly string[], width: number, style: TerminalStyle): string[] {
  const { plan, reasons, generators } = quote
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['generators', reasons.length > 0 ? reasons : [formatCount(generators)]],
    ['legs', [legs(quote)]],
    ['Lambdas', [`${formatCount(quote.lambdasAtOnce)} at once, the functions beside the generators included`]],
    ['takes', [`${formatSpan(runMs(plan))} from the request to the last answer`]],
    ['settings', sources],
  ]
  return [
    style.heading('Cloud'),
    ...facts.flatMap(([name, texts]) =>
      texts
        .flatMap(text => wrapText(text, width - 14))
        .map((line, at) => `  ${style.quiet((at === 0 ? name : '').padEnd(11))} ${line}`),
    ),
  ]
}

function legs({ plan }: CloudQuote): string {
  const [first] = plan.legs
  if (plan.legs.length <= 1) return `1 of ${formatSpan(plan.loadMs)}`
  return `${formatCount(plan.legs.length)} of ${formatSpan((first?.toMs ?? 0) - (first?.fromMs ?? 0))}, each handing over to the next within ${formatSpan(plan.changeMs)}`
}

const left = (head: string): TableColumn => ({ head, align: 'left', flexible: true })
const right = (head: string, spare?: number): TableColumn => ({
  head,
  align: 'right',
  ...(spare !== undefined && { spare }),
})

/** Items of less than this share of the total are told together. */
const SMALL = 0.005

function estimate({ estimate: { items, totalUsd }, plan }: CloudQuote, width: number, style: TerminalStyle): string[] {
  const shown = items.filter(({ usd }) => usd >= SMALL * totalUsd)
  const rest = items.slice(shown.length)
  const rows = shown.map(({ name, quantity, unit, unitUsd, usd }) => [
    name,
    quantityText(quantity, unit),
    formatUnitUsd(unitUsd),
    formatUsd(usd),
  ])
  const restUsd = rest.reduce((sum, { usd }) => sum + usd, 0)
  const others = rest.length === 0 ? [] : [[`${rest.length} smaller`, '', '', formatUsd(restUsd)]]
  const { budgetUsd } = plan.scenario
  const budget = budgetUsd === undefined ? '' : `of a budget of ${formatUsd(budgetUsd)}`
  const [head = '', ...lines] = tableLines(
    [left('what'), right('how much'), right('USD each', 1), right('cost')],
    [...rows, ...others, ['total', budget, '', formatUsd(totalUsd)]],
    width,
  )
  return [style.heading('Estimate'), style.quiet(head), ...lines.slice(0, -1), style.strong(lines.at(-1) ?? '')]
}

/** `988 GB-seconds`, `1 event`, `0.0026 GB`. */
function quantityText(quantity: number, unit: string): string {
  const figure = Number.isInteger(quantity) || quantity >= 100 ? formatCount(quantity) : formatSignificant(quantity)
  return `${figure} ${unit}${unit === 'GB' || quantity === 1 ? '' : 's'}`
}

function taken({ estimate: { assumptions } }: CloudQuote, width: number, style: TerminalStyle): string[] {
  return [
    style.heading('Taken for granted'),
    ...assumptions.flatMap(text => wrapText(text, width - 4).map((line, at) => `  ${at === 0 ? '-' : ' '} ${line}`)),
  ]
}
