import { describe, expect, test } from 'vitest'
import type { Fault } from '../../lib/scenario/fault.ts'
import { faultsOf } from './reading-context.ts'
import { readingFaults } from './reading-faults-table.ts'

/** The ways in which a user may take over a corrected text: for the whole line, or for the key, item or value at the fault. */
function applied(text: string, { line = 0, column = 1, fix = '' }: Fault): readonly string[] {
  const lines = text.split('\n')
  const written = lines[line - 1] ?? ''
  const indent = /^ */.exec(written)?.[0] ?? ''
  const item = /^ *(- )?/.exec(written)?.[0] ?? ''
  const starts = [
    column - 1,
    ...(item === indent || fix.startsWith('- ') ? [indent.length, Math.max(0, indent.length - 2)] : [item.length]),
  ]
  // In flow style a key or an item begins behind a bracket or a comma.
  for (let at = 0; at < written.length; at++)
    if (/[[{,] *$/.test(written.slice(0, at)) && /[^ ]/.test(written.charAt(at))) starts.push(at)
  const ends = [written.length]
  for (let at = 0; at <= written.length; at++) if (/^ *[\]},]|^ +#/.test(written.slice(at))) ends.push(at)
  return starts.flatMap(start =>
    ends
      .filter(end => end >= start)
      .map(end => {
        const corrected = written.slice(0, start) + fix + written.slice(end)
        return lines.with(line - 1, corrected).join('\n')
      }),
  )
}

/** Two faults on one line, of which the reader sees the second when the first is gone: an indentation, a URL without its /. */
const twoFaults = ['target: http://h\n\tname: x\nsteps: [get: /]\n', 'target: http://h\nsteps:\n  - get: @x\n']

/** Proposed for one line of the scenario's own file. */
const applicable = readingFaults.filter(
  ([text, place, , fix]) => fix !== undefined && text !== '' && /^\d/.test(place) && !twoFaults.includes(text),
)

describe('a corrected line', () => {
  test.each(applicable)('of %j at %s needs no correction', text => {
    const [fault] = faultsOf(text)
    expect(fault?.fix).toBeDefined()
    if (fault === undefined) return
    // A fault without a path is one of YAML: the text was put where it does not belong, or is no YAML itself.
    const left = applied(text, fault).map(corrected =>
      faultsOf(corrected).filter(
        ({ line, path, fix }) => path === undefined || (line === fault.line && fix !== undefined),
      ),
    )
    left.sort((a, b) => a.length - b.length)
    expect(left[0]).toEqual([])
  })
})
