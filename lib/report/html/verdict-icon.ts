import type { VerdictResult } from '../../judge/verdict.ts'
import { html, type Markup } from './markup.ts'

const NAMES: Readonly<Record<VerdictResult, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
}

/** Shape says it before colour does: a disc with a tick, an octagon with a cross, a diamond with a question mark. */
export function verdictIcon(result: VerdictResult, size: number): Markup {
  return html`<svg class="icon ${result}" viewBox="0 0 24 24" width="${size}" height="${size}" role="img" aria-label="${NAMES[result]}">${FACES[result]}</svg>`
}

const FACES: Readonly<Record<VerdictResult, Markup>> = {
  pass: html`<circle cx="12" cy="12" r="11" class="face"/><path d="M7 12.5l3.5 3.5L17.2 8.8" class="sign"/>`,
  fail: html`<path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" class="face"/><path d="M8 8l8 8M16 8l-8 8" class="sign"/>`,
  inconclusive: html`<path d="M12 .6L23.4 12 12 23.4.6 12z" class="face"/><path d="M9.4 9.6a2.7 2.7 0 1 1 4 2.4c-1 .6-1.4 1-1.4 2" class="sign"/><circle cx="12" cy="16.9" r="1.15" class="dot"/>`,
}

const COLOURS: Readonly<Record<VerdictResult, string>> = { pass: '1f7a4d', fail: 'c02f2f', inconclusive: '96650a' }

/** The tab's icon, so that a row of open reports can be told apart. Constant text: nothing of the run is in it. */
export function faviconHref(result: VerdictResult): string {
  const shapes = FACES[result].text
    .replaceAll('class="face"', `fill="#${COLOURS[result]}"`)
    .replaceAll('class="dot"', 'fill="#fff"')
    .replaceAll('class="sign"', 'fill="none" stroke="#fff" stroke-width="2.2"')
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${shapes}</svg>`)}`
}
