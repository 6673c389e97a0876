import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import { jsonText } from '../report/json.ts'
import { progressEvents } from '../report/progress-event.ts'
import { progressPlainLine, progressView } from '../report/progress-view.ts'
import type { Report } from '../report/report.ts'
import type { Terminal } from './terminal.ts'

/** What shows a run while it goes on. */
export interface Progress {
  plan(plan: Plan): void
  live(live: LiveFigures): void
  note(text: string): void
  end(report: Report | undefined): void
}

/** Which one the options and the terminal ask for. */
export function chooseProgress(
  options: { readonly json?: true; readonly quiet?: true },
  terminal: Terminal,
): Progress | Promise<Progress> {
  if (options.json) return jsonProgress(terminal)
  if (options.quiet) return silentProgress
  return terminal.errIsTerminal ? terminalProgress(terminal) : plainProgress(terminal)
}

const plainEveryMs = 3000

/** Nothing at all: `--quiet`. */
const silentProgress: Progress = { plan() {}, live() {}, note() {}, end() {} }

/** A small live picture that is overwritten in place, on a terminal. `log-update` is loaded before the load starts. */
async function terminalProgress(terminal: Terminal): Promise<Progress> {
  const { createLogUpdate } = await import('log-update')
  const update = createLogUpdate(process.stderr)
  let view: ReturnType<typeof progressView> | undefined
  return {
    plan: plan => {
      view = progressView(plan, { width: terminal.width, colour: terminal.errColour })
    },
    live: live => {
      if (view !== undefined) update(view.lines(live).join('\n'))
    },
    note: text => {
      update.clear()
      terminal.err(`${text}\n`)
    },
    end: () => update.clear(),
  }
}

/** One plain line every few seconds, for logs. */
export function plainProgress(terminal: Terminal): Progress {
  let plan: Plan | undefined
  let shownMs = Number.NEGATIVE_INFINITY
  return {
    plan: made => {
      plan = made
    },
    live: live => {
      if (plan === undefined || live.atMs - shownMs < plainEveryMs) return
      shownMs = live.atMs
      terminal.err(`${progressPlainLine(live, plan)}\n`)
    },
    note: text => terminal.err(`${text}\n`),
    end: () => {},
  }
}

/** Events as JSON lines on stdout: `--json`. The last line is the report. */
export function jsonProgress(terminal: Terminal): Progress {
  const events = progressEvents()
  const tell = (list: readonly object[]) => {
    for (const event of list) terminal.out(`${jsonText(event)}\n`)
  }
  return {
    plan: plan => tell(events.plan(plan)),
    live: live => tell(events.live(live)),
    note: text => tell(events.warning(text)),
    end: report => {
      if (report !== undefined) tell(events.end(report))
    },
  }
}
