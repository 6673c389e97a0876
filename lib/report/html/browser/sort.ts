import { all, type PageElement } from './dom.ts'

/** Tables sort by the heads that are buttons: figures from the highest, names from A; again turns the order round. */
export function sortableTables(): void {
  for (const button of all('button.sort')) {
    button.addEventListener('click', () => sortBy(button))
  }
}

function sortBy(button: PageElement): void {
  const head = button.closest('th')
  const row = head?.parentElement
  const body = head?.closest('table')?.querySelector('tbody')
  if (!head || !row || !body) return
  const heads = Array.from(row.cells)
  const column = heads.indexOf(head)
  const rows = Array.from(body.rows)
  const numeric = rows.every(one => !Number.isNaN(Number(keyOf(one, column))))
  const now = head.getAttribute('aria-sort')
  const first = numeric ? 'descending' : 'ascending'
  const order = now === null ? first : now === 'descending' ? 'ascending' : 'descending'
  for (const one of heads) one.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', order)
  const sign = order === 'ascending' ? 1 : -1
  rows.sort((a, b) => compare(keyOf(a, column), keyOf(b, column), numeric, sign))
  body.append(...rows)
}

function keyOf(row: PageElement, column: number): string {
  return row.cells[column]?.dataset['key'] ?? ''
}

/** What was not observed is last in either order. */
function compare(a: string, b: string, numeric: boolean, sign: number): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '')
  return sign * (numeric ? Number(a) - Number(b) : a.localeCompare(b))
}
