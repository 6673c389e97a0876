import { renderJson } from './json.ts'
import type { Report } from './report.ts'

/** How wide, and whether in colour: for a terminal; other formats have neither. */
export type RenderOptions = { readonly width?: number; readonly colour?: boolean }

type ReportRenderer = {
  render(report: Report, options?: RenderOptions): string | Promise<string>
  /** Without the dot. */
  readonly extension: string
  readonly mime: string
}

/**
 * Every format by the name that `--report` takes. A new one is a file with its render function, and a line here. All but
 * the smallest are loaded only where they are asked for, so that a run starts without them: what tells how wide a text is
 * on a terminal takes longer to load than a scenario to be read.
 */
export const reportFormats = {
  terminal: {
    render: async (report, options = {}) => (await import('./terminal-report.ts')).renderTerminal(report, options),
    extension: 'txt',
    mime: 'text/plain; charset=utf-8',
  },
  markdown: {
    render: async report => (await import('./markdown.ts')).renderMarkdown(report),
    extension: 'md',
    mime: 'text/markdown; charset=utf-8',
  },
  html: {
    render: async report => (await import('./html.ts')).renderHtml(report),
    extension: 'html',
    mime: 'text/html; charset=utf-8',
  },
  json: { render: renderJson, extension: 'json', mime: 'application/json' },
  junit: {
    render: async report => (await import('./junit.ts')).renderJunit(report),
    extension: 'xml',
    mime: 'application/xml',
  },
  csv: {
    render: async report => (await import('./csv.ts')).renderCsv(report),
    extension: 'csv',
    mime: 'text/csv; charset=utf-8',
  },
} as const satisfies Readonly<Record<string, ReportRenderer>>

export type ReportFormat = keyof typeof reportFormats

export const reportFormatNames = Object.keys(reportFormats) as readonly ReportFormat[]
