import type { LiveFigures } from '../measure/snapshot.ts'
import type { Plan } from '../plan/plan.ts'
import { jsonText } from '../report/json.ts'
import { progressEvents } from '../report/progress-event.ts'
import type { Report } from '../report/report.ts'
import { tell } from './tell.ts'
import type { Terminal } from './terminal.ts'

/** What shows a run while it goes on. */
export interface Progress {
  plan(plan: Plan): void
  live(live: LiveFigures): void
  note(text: string): void
  /** Takes away what would be overwritten, and gives the cursor back; the next figures draw it again. */
  clear(): void
  end(report: Report | undefined): void
}

/** Which one the options and the terminal ask for. */
export function chooseProgress(options: { readonly json?: true; readonly quiet?: true }, terminal: Terminal): Progress {
  if (options.json) return jsonProgress(terminal)
  if (options.quiet) return silentProgress
  return terminal.errIsTerminal ? terminalProgress(terminal) : plainProgress(terminal)
}

const plainEveryMs = 3000

/** Nothing at all: `--quiet`. */
const silentProgress: Progress = { plan() {}, live() {}, note() {}, clear() {}, end() {} }

/**
 * A small live picture that is overwritten in place, on a terminal. What draws it is loaded when the load has begun: it
 * takes longer than all that comes before the first request, and the first picture is shown with the second figures.
 */
function terminalProgress(terminal: Terminal): Progress {
  let plan: Plan | undefined
  let picture: Picture | 'loading' | 'over' | undefined
  const clear = () => {
    if (typeof picture === 'object') picture.clear()
  }
  return {
    plan: made => {
      plan = made
    },
    live: live => {
      if (typeof picture === 'object') picture.show(live)
      else if (picture === undefined && plan !== undefined) {
        picture = 'loading'
        void loadPicture(plan, terminal).then(loaded => {
          if (picture === 'loading') picture = loaded
        })
      }
    },
    note: text => {
      clear()
      tell(terminal, text)
    },
    clear,
    end: () => {
      clear()
      picture = 'over'
    },
  }
}

type Picture = { show(live: LiveFigures): void; clear(): void }

async function loadPicture(plan: Plan, terminal: Terminal): Promise<Picture> {
  const [{ createLogUpdate }, { progressView }] = await Promise.all([
    import('log-update'),
    import('../report/progress-view.ts'),
  ])
  const update = createLogUpdate(process.stderr)
  const view = progressView(plan, { width: terminal.width, colour: terminal.errColour })
  return {
    show: live => update(view.lines(live).join('\n')),
    clear() {
      update.clear()
      // It hides the cursor while it draws.
      update.done()
    },
  }
}

/** One plain line every few seconds, for logs; its words, too, are loaded with the first of them. */
export function plainProgress(terminal: Terminal): Progress {
  let plan: Plan | undefined
  let shownMs = Number.NEGATIVE_INFINITY
  let over = false
  return {
    plan: made => {
      plan = made
    },
    live: live => {
      if (plan === undefined || live.atMs - shownMs < plainEveryMs) return
      shownMs = live.atMs
      const shown = plan
      void import('../report/progress-view.ts').then(({ progressPlainLine }) => {
        if (!over) terminal.err(`${progressPlainLine(live, shown)}\n`)
      })
    },
    note: text => tell(terminal, text),
    clear() {},
    end: () => {
      over = true
    },
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
    clear() {},
    end: report => {
      if (report !== undefined) tell(events.end(report))
    },
  }
}
