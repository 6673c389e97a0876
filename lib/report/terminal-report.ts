import type { Report } from './report.ts'
import { terminalStyle } from './terminal-style.ts'
import { findingLines, firstScreen, type Paragraph } from './terminal-summary.ts'
import {
  checkTable,
  errorTable,
  flowTable,
  lostTable,
  percentileTable,
  phaseTable,
  requestTable,
  trustTable,
} from './terminal-tables.ts'

/** The least width at which the tables of numbers stand. */
const LEAST_WIDTH = 60

/**
 * The report for a terminal: verdict, thresholds, four figures, the course of the load, the top finding and what was
 * run; then tables. No line is wider than `width` (80; 60 at least); without `colour` there is no escape sequence in it,
 * whatever the scenario's texts and the target's answers hold.
 */
export function renderTerminal(
  report: Report,
  options: { readonly width?: number; readonly colour?: boolean } = {},
): string {
  const width = Math.max(LEAST_WIDTH, options.width ?? 80)
  const style = terminalStyle(options.colour === true)
  const paragraphs: Paragraph[] = [
    ...firstScreen(report, width, style),
    ...[requestTable, percentileTable, errorTable, checkTable, flowTable, phaseTable, lostTable].map(table =>
      table(report, width, style),
    ),
    trustTable(report, width, style),
    ...report.findings.slice(1).map(finding => findingLines(finding, width, style)),
  ]
  return `${paragraphs
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}
