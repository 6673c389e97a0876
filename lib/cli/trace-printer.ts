import type { Tracer } from '../generate/tracer.ts'
import { formatMs } from '../measure/format-duration.ts'
import { nounFor } from '../measure/format-number.ts'
import { visibleText } from '../report/escape-control.ts'
import { terminalStyle } from '../report/terminal-style.ts'
import { cutEnd } from '../report/terminal-text.ts'

const shownBodyLines = 8

type TraceOptions = {
  readonly colour: boolean
  readonly width: number
  /** Takes secrets out of a text. It sees each text as a whole: of one that was cut or split, a part might stay. */
  readonly mask: (text: string) => string
}

/** Prints what a user does as it happens: requests with `>`, answers with `<`, saved values, checks and failures. */
export function tracePrinter(write: (text: string) => void, { colour, width, mask }: TraceOptions): Tracer {
  const style = terminalStyle(colour)
  const line = (mark: string, text: string) => write(`  ${mark} ${cutEnd(visibleText(mask(text)), width - 5)}\n`)
  const body = (mark: string, text: string) => {
    const lines = mask(text)
      .split('\n')
      .filter(part => part.trim() !== '')
    for (const part of lines.slice(0, shownBodyLines)) line(mark, part)
    if (lines.length > shownBodyLines)
      line(mark, `... ${lines.length - shownBodyLines} more ${nounFor(lines.length - shownBodyLines, 'line')}`)
  }
  return {
    iteration: flow => write(`\n${style.strong(visibleText(flow))}\n`),
    request({ name, method, url, headers, body: sent }) {
      write(`\n  ${style.strong(visibleText(name))}\n`)
      line('>', `${method} ${url}`)
      for (let place = 0; place < headers.length; place += 2) line('>', `${headers[place]}: ${headers[place + 1]}`)
      if (sent !== null) body('>', new TextDecoder().decode(sent))
    },
    answer({ status, timeMs, headers, body: received }) {
      line('<', `${status} in ${formatMs(timeMs)}`)
      for (const [name, value] of headers) line('<', `${name}: ${value}`)
      body('<', received)
    },
    redirect: ({ status, location }) => line('↪', `${status} to ${location}`),
    saved: ({ name, value }) => line('=', `${name} = ${JSON.stringify(value)}`),
    check: ({ text, pass, actual }) =>
      line(pass ? style.verdict('pass')('✓') : style.failed('✗'), pass ? text : `${text} (found ${actual})`),
    failure: ({ kind, message }) => line(style.failed('✗'), message === '' ? kind : `${kind}: ${message}`),
    retry: ({ waitMs }) => line('…', `again after ${formatMs(waitMs)}`),
    think: ms => line('…', `thinks for ${formatMs(ms)}`),
  }
}
