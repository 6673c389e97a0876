import { html, type Markup, type MarkupValue } from './markup.ts'

export type TableColumn<Row> = {
  readonly head: string
  readonly cell: (row: Row) => MarkupValue
  /** Makes the column sortable; undefined: not observed, always last. Numbers stand to the right. */
  readonly sort?: (row: Row) => number | string | undefined
  readonly numeric?: boolean
  readonly className?: string
}

export type TableOptions<Row> = {
  /** What the table holds, for readers who do not see the heading above it. */
  readonly caption: string
  /** Stands at the end and is never sorted. */
  readonly total?: Row
  readonly sortable?: boolean
  readonly className?: string
}

/** A table in a scrolling frame: the first column heads its row. */
export function table<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions<Row>,
): Markup {
  const sortable = options.sortable === true && rows.length > 1
  return html`<div class="table-frame" tabindex="0" role="region" aria-label="${options.caption}"><table class="${options.className ?? 'plain'}">
<caption class="unseen">${options.caption}</caption>
<thead><tr>${columns.map(column => headCell(column, sortable))}</tr></thead>
<tbody>${rows.map(row => bodyRow(columns, row, sortable))}</tbody>${
    options.total === undefined ? undefined : html`<tfoot>${bodyRow(columns, options.total, false)}</tfoot>`
  }</table></div>`
}

function headCell<Row>(column: TableColumn<Row>, sortable: boolean): Markup {
  const className = cellClass(column)
  const content =
    sortable && column.sort ? html`<button type="button" class="sort">${column.head}</button>` : column.head
  return html`<th scope="col"${className}>${content}</th>`
}

function bodyRow<Row>(columns: readonly TableColumn<Row>[], row: Row, sortable: boolean): Markup {
  return html`<tr>${columns.map((column, index) => {
    const className = cellClass(column)
    const key = sortable && column.sort ? html` data-key="${sortKey(column.sort(row))}"` : undefined
    return index === 0
      ? html`<th scope="row"${className}${key}>${column.cell(row)}</th>`
      : html`<td${className}${key}>${column.cell(row)}</td>`
  })}</tr>
`
}

function sortKey(value: number | string | undefined): string | number {
  if (typeof value === 'number') return Number(value.toPrecision(6))
  return value ?? ''
}

function cellClass<Row>(column: TableColumn<Row>): Markup | undefined {
  const names = [column.numeric ? 'n' : '', column.className ?? ''].filter(name => name !== '')
  return names.length > 0 ? html` class="${names.join(' ')}"` : undefined
}

/** A count that draws the eye only where it is not zero. */
export function countCell(count: number, text: string): MarkupValue {
  return count > 0 ? html`<span class="bad">${text}</span>` : text
}
