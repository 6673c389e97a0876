import { Ansis } from 'ansis'
import type { VerdictResult } from '../judge/verdict.ts'

type Paint = (text: string) => string

/** The few colours of the terminal renderings. They never carry a meaning alone: the words do. */
export type TerminalStyle = {
  readonly heading: Paint
  readonly quiet: Paint
  readonly strong: Paint
  readonly failed: Paint
  verdict(result: VerdictResult): Paint
}

/**
 * The caller decides whether colour is wanted (a terminal, NO_COLOR unset); without it no escape sequence is written.
 * Sixteen colours, so that the terminal's own theme keeps them readable on light and on dark.
 */
export function terminalStyle(colour: boolean): TerminalStyle {
  const ansi = new Ansis(colour ? 1 : 0)
  const byResult: Readonly<Record<VerdictResult, Paint>> = {
    pass: text => ansi.green(text),
    fail: text => ansi.red(text),
    inconclusive: text => ansi.yellow(text),
  }
  return {
    heading: text => ansi.bold(text),
    quiet: text => ansi.dim(text),
    strong: text => ansi.bold(text),
    failed: text => ansi.red(text),
    verdict: result => text => ansi.bold(byResult[result](text)),
  }
}
