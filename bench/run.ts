/**
 * Everything about Squall's engine that is a matter of degree, in one file. `npm run bench` takes about an hour on a quiet
 * machine and writes RESULTS.md; `npm run bench -- --quick` takes about a minute and only prints; `--only NAME` (the first
 * word of a heading, in lower case; repeatable) prints some parts of it; `--without NAME` leaves parts out, and RESULTS.md
 * says so, as it says how many rounds there were (`--rounds N`, else three). Nothing is asserted: timings are for reading,
 * and depend on what else the machine does. That what is timed is correct, test/bench asserts.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeConditions, describeMachine } from './machine.ts'
import { benchParts, type Extent, fullExtent, type PartOptions, quickExtent } from './parts.ts'
import { findCompiler } from './truth-server.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true },
    rounds: { type: 'string' },
  },
})
const chosen = values.quick === true ? quickExtent : fullExtent
const extent: Extent = { ...chosen, rounds: Number(values.rounds ?? chosen.rounds) }
const { only: wanted = [], without: unwanted = [] } = values
const isNamed = (heading: string, names: readonly string[]) =>
  names.some(name => heading.toLowerCase().startsWith(name.toLowerCase()))
const folder = mkdtempSync(join(tmpdir(), 'squall-bench-'))

try {
  const options: PartOptions = { compiler: findCompiler(), folder, told: text => console.error(text) }
  const before = describeConditions()
  const sections: string[] = []
  for (const { heading, run } of benchParts) {
    if (wanted.length > 0 && !isNamed(heading, wanted)) continue
    console.error(`== ${heading}`)
    const left = isNamed(heading, unwanted)
    sections.push(`## ${heading}\n\n${left ? 'Left out of this run.' : await run(extent, options)}`)
  }
  const text = [
    '# How fast and how true Squall is',
    `${new Date().toISOString().slice(0, 10)}, ${describeMachine()}, Node ${process.version}; ${before} before, ${describeConditions()} after.`,
    ...sections,
  ].join('\n\n')
  console.log(text)
  if (values.quick !== true && wanted.length === 0) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), `${text}\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
