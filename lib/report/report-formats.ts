import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import type { Report } from './report.ts'
import { renderTerminal } from './terminal-report.ts'

/** How wide, and whether in colour: for a terminal; other formats have neither. */
export type RenderOptions = { readonly width?: number; readonly colour?: boolean }

type ReportRenderer = {
  render(report: Report, options?: RenderOptions): string | Promise<string>
  /** Without the dot. */
  readonly extension: string
  readonly mime: string
}

/**
 * Every format by the name that `--report` takes. A new one is a file with its render function, and a line here. What
 * is large is loaded only where it is asked for, so that a run starts without it.
 */
export const reportFormats = {
  terminal: { render: renderTerminal, extension: 'txt', mime: 'text/plain; charset=utf-8' },
  markdown: { render: renderMarkdown, extension: 'md', mime: 'text/markdown; charset=utf-8' },
  html: {
    render: async report => (await import('./html.ts')).renderHtml(report),
    extension: 'html',
    mime: 'text/html; charset=utf-8',
  },
  json: { render: renderJson, extension: 'json', mime: 'application/json' },
  junit: { render: renderJunit, extension: 'xml', mime: 'application/xml' },
  csv: {
    render: async report => (await import('./csv.ts')).renderCsv(report),
    extension: 'csv',
    mime: 'text/csv; charset=utf-8',
  },
} as const satisfies Readonly<Record<string, ReportRenderer>>

export type ReportFormat = keyof typeof reportFormats

export const reportFormatNames = Object.keys(reportFormats) as readonly ReportFormat[]
