/**
 * How fast Squall is beside other tools. `npm run bench` takes about half an hour on a quiet machine and writes
 * RESULTS.md; `npm run bench -- --quick` takes about a minute and only prints. Nothing is asserted: timings are for
 * reading, and depend on what else the machine does. Pacing, truth and the merge have programs of their own beside this.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flowCases, plainCases, quickCases, tlsCases } from './cases.ts'
import { chooseCores, describeConditions, describeMachine } from './machine.ts'
import { bytesAConnection, measureMemory } from './memory.ts'
import { spreadOf, spreadText } from './spread.ts'
import { measureStarts } from './start-time.ts'
import { flowTable, markdownTable, throughputTable } from './tables.ts'
import { measureThroughput, type Round } from './throughput.ts'
import { tools as findTools } from './tools.ts'
import { findCompiler } from './truth-server.ts'

const quick = process.argv.includes('--quick')
const folder = mkdtempSync(join(tmpdir(), 'squall-bench-'))
const compiler = findCompiler()
const cores = chooseCores()
const tools = findTools()
const told = (text: string) => console.error(text)

const plan = quick
  ? { cases: quickCases, rounds: 1, seconds: 3, starts: 3, users: undefined }
  : { cases: [...plainCases, ...tlsCases, ...flowCases], rounds: 3, seconds: 12, starts: 11, users: 10_000 }

try {
  const conditions = describeConditions()
  const { rounds, target } = await measureThroughput({ ...plan, tools, cores, compiler, folder, told })
  const starts = await measureStarts(plan.starts, folder)
  const memory = plan.users === undefined ? undefined : await memoryTable(plan.users)
  const text = [
    `# How fast Squall is\n\n${new Date().toISOString().slice(0, 10)}, ${describeMachine()}.`,
    `Target: ${target}; ${cores.text}; ${plan.rounds} rounds of ${plan.seconds} s, tools in turns; ${conditions} before.`,
    `${tools.map(({ name, version }) => `${name}: ${version}`).join('; ')}; Node ${process.version}.`,
    "Requests a CPU-second of a tool's whole process tree, from its start to its end, over wrk's: the median of the" +
      ' rounds, and the least and the greatest. Squall runs a scenario as a user does, and stores its report.',
    throughputTable(ofFlow(rounds, false), tools.some(({ name }) => name === 'wrk') ? 'wrk' : 'autocannon'),
    flowTable(ofFlow(rounds, true)),
    `From \`squall run\` to the first request: ${spreadText(spreadOf(starts), 0)} ms.`,
    ...(memory === undefined ? [] : [memory]),
  ].join('\n\n')
  console.log(text)
  if (!quick) writeFileSync(new URL('RESULTS.md', import.meta.url), `${text}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The flow and the request beside it are a table of their own. */
function ofFlow(rounds: readonly Round[], wanted: boolean): readonly Round[] {
  const names = new Set(flowCases.map(each => each.name))
  return rounds.filter(round => names.has(round.each.name) === wanted)
}

async function memoryTable(users: number): Promise<string> {
  const options = { compiler, folder, seconds: 15 }
  const rows: string[][] = []
  for (const [tls, few, many] of [
    [false, 1000, 4000],
    [true, 500, 2000],
  ] as const) {
    const bytes = bytesAConnection(await measureMemory(few, tls, options), await measureMemory(many, tls, options))
    rows.push([tls ? 'a TLS connection' : 'a plain connection', `${(bytes / 1000).toFixed(1)} KB`])
  }
  const { peakBytes } = await measureMemory(users, false, options)
  rows.push([`${users} users, the whole process`, `${Math.round(peakBytes / 1e6)} MB`])
  return markdownTable(['memory of', 'peak'], rows)
}
