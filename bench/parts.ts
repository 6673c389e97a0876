import { runBundled } from './bundled.ts'
import { type Case, flowCases, plainCases, quickCases, tlsCases } from './cases.ts'
import { chooseCores } from './machine.ts'
import { memoryTable } from './memory.ts'
import { pacingOnACore } from './pacing.ts'
import { soakTable } from './soak.ts'
import { spreadOf, spreadText } from './spread.ts'
import { measureStarts } from './start-time.ts'
import { flowTable, throughputTable } from './tables.ts'
import { measureThroughput, type Round } from './throughput.ts'
import { tools as findTools } from './tools.ts'
import { STALL_SECONDS, truthTables } from './truth.ts'

/** How much of everything is done. */
export type Extent = {
  readonly cases: readonly Case[]
  readonly rounds: number
  readonly seconds: number
  readonly starts: number
  /** Of the largest run whose memory is measured; undefined: memory is not measured. */
  readonly users: number | undefined
  readonly pacing: { readonly rounds: number; readonly seconds: number; readonly rates: readonly number[] }
  readonly truthSeconds: number
  readonly shards: number
  readonly soakSeconds: number
}

export const fullExtent: Extent = {
  cases: [...plainCases, ...tlsCases, ...flowCases],
  rounds: 3,
  seconds: 12,
  starts: 11,
  users: 10_000,
  pacing: { rounds: 3, seconds: 4, rates: [1000, 5000] },
  truthSeconds: STALL_SECONDS,
  shards: 1000,
  soakSeconds: 600,
}

/** The least that says something, in a minute or two. */
export const quickExtent: Extent = {
  cases: quickCases,
  rounds: 1,
  seconds: 3,
  starts: 3,
  users: undefined,
  pacing: { rounds: 1, seconds: 1, rates: [5000] },
  truthSeconds: 0,
  shards: 200,
  soakSeconds: 0,
}

export type PartOptions = {
  readonly compiler: string | undefined
  /** For scenarios and stores, which nobody needs afterwards. */
  readonly folder: string
  /** Hears how far it is. */
  readonly told: (text: string) => void
}

/** A section of the results: it measures, and gives Markdown. */
export type Part = {
  readonly heading: string
  readonly run: (extent: Extent, options: PartOptions) => Promise<string>
}

const left = 'Not measured by the quick bench.'

export const benchParts: readonly Part[] = [
  { heading: 'Throughput', run: throughput },
  {
    heading: 'Pacing, as the target sees it',
    run: ({ pacing }) => {
      const how = `${pacing.rounds} rounds of ${pacing.seconds} s. An error is the time from a request's instant until the kernel took it in for the target, on loopback within the generator's send, as the kernel stamps it; "read" is until the target had been woken and had read it, which is all that a target in Node can tell. The figures are those of the best round. ${chooseCores().text}: Squall and the program in C, in turns.`
      return pacingOnACore(pacing).then(table => `${how}\n\n${table}`)
    },
  },
  {
    heading: 'Truth under a stall and an overload',
    run: async ({ truthSeconds }, { compiler }) => (truthSeconds > 0 ? truthTables(compiler, truthSeconds) : left),
  },
  { heading: 'Measuring and merging', run: ({ shards }) => runBundled('./histogram.ts', [String(shards)]) },
  {
    heading: 'Memory',
    run: async ({ users }, { compiler, folder }) =>
      users === undefined ? left : memoryTable(users, { compiler, folder, seconds: 15 }),
  },
  {
    heading: 'Soak',
    run: async ({ soakSeconds: seconds }, { compiler }) =>
      seconds > 0 ? soakTable({ compiler, seconds, ratePerSecond: 200 }) : left,
  },
  {
    heading: 'Start',
    run: async ({ starts }, { folder }) => {
      const ms = spreadText(spreadOf(await measureStarts(starts, folder)), 0)
      return `From \`squall run\` to the first request: ${ms} ms, of ${starts} starts.`
    },
  },
]

async function throughput(extent: Extent, { compiler, folder, told }: PartOptions): Promise<string> {
  const [tools, cores] = [findTools(), chooseCores()]
  const { rounds, target } = await measureThroughput({ ...extent, tools, cores, compiler, folder, told })
  const wrk = tools.some(({ name }) => name === 'wrk')
  return [
    `Target: ${target}; ${cores.text}; ${extent.rounds} rounds of ${extent.seconds} s, tools in turns.`,
    `${tools.map(({ name, version }) => `${name}: ${version}`).join('; ')}.`,
    `Requests a CPU-second of a tool's whole process tree, from its start to its end, over ${wrk ? "wrk's" : "autocannon's"}: the` +
      ' median of the rounds, and the least and the greatest. Squall runs a scenario as a user does, and stores its report.',
    throughputTable(ofFlow(rounds, false), wrk ? 'wrk' : 'autocannon'),
    flowTable(ofFlow(rounds, true)),
  ].join('\n\n')
}

/** The flow and the request beside it are a table of their own. */
function ofFlow(rounds: readonly Round[], wanted: boolean): readonly Round[] {
  const names = new Set(flowCases.map(each => each.name))
  return rounds.filter(round => names.has(round.each.name) === wanted)
}
