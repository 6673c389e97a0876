import type { Progress } from './progress.ts'

export type PausableProgress = Progress & {
  /** From here on nothing is shown, and the picture is taken away: something else has the terminal. */
  pause(): void
  /** What came in the meantime is shown, in its order. */
  resume(): void
}

/** A progress that can be held back. Its end is never held back, and neither is what came before it. */
export function pausableProgress(progress: Progress): PausableProgress {
  let held: (() => void)[] | undefined
  const show = (act: () => void) => {
    if (held === undefined) act()
    else held.push(act)
  }
  const resume = () => {
    const acts = held ?? []
    held = undefined
    for (const act of acts) act()
  }
  return {
    plan: plan => show(() => progress.plan(plan)),
    live: live => show(() => progress.live(live)),
    note: text => show(() => progress.note(text)),
    clear: () => progress.clear(),
    end(report) {
      resume()
      progress.end(report)
    },
    pause() {
      progress.clear()
      held ??= []
    },
    resume,
  }
}
