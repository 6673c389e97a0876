import { renderCsv } from './csv.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import type { Report } from './report.ts'
import { renderTerminal } from './terminal-report.ts'

export type ReportFormat = {
  render(report: Report): string | Uint8Array | Promise<string | Uint8Array>
  /** Without the dot. */
  readonly extension: string
  readonly mime: string
}

/** Every format by the name that `--report` takes. A new one is a file with its render function, and a line here. */
export const REPORT_FORMATS = {
  terminal: { render: (report: Report) => renderTerminal(report), extension: 'txt', mime: 'text/plain; charset=utf-8' },
  markdown: { render: renderMarkdown, extension: 'md', mime: 'text/markdown; charset=utf-8' },
  json: { render: renderJson, extension: 'json', mime: 'application/json' },
  junit: { render: renderJunit, extension: 'xml', mime: 'application/xml' },
  csv: { render: renderCsv, extension: 'csv', mime: 'text/csv; charset=utf-8' },
} as const satisfies Readonly<Record<string, ReportFormat>>

export type ReportFormatName = keyof typeof REPORT_FORMATS
