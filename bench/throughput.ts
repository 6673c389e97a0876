import { exitCode } from '../lib/cli/exit-code.ts'
import type { Case } from './cases.ts'
import { type FastServer, startFastServer } from './fast-server.ts'
import type { Cores } from './machine.ts'
import { spent } from './spent.ts'
import type { Tool } from './tools.ts'

/** One run of one tool. Requests are those that the target has answered, the same count for every tool. */
export type Round = {
  readonly each: Case
  readonly tool: string
  readonly requests: number
  readonly cpuSeconds: number
  readonly wallSeconds: number
  /** Squall judged its own run inconclusive, as where the machine stood still: the load was sent all the same. */
  readonly inconclusive?: true
}

export type ThroughputOptions = {
  readonly cases: readonly Case[]
  readonly tools: readonly Tool[]
  readonly rounds: number
  readonly seconds: number
  readonly cores: Cores
  readonly compiler: string | undefined
  readonly folder: string
  readonly told: (text: string) => void
}

/** Runs every tool on every case, in turns: what the machine does meanwhile falls on all of them. */
export async function measureThroughput(options: ThroughputOptions): Promise<{ rounds: Round[]; target: string }> {
  const { cases, cores, compiler } = options
  const servers = new Map<boolean, FastServer>()
  try {
    for (const tls of new Set(cases.map(each => each.tls))) {
      servers.set(tls, await startFastServer({ tls, prefix: cores.target, compiler }))
    }
    const rounds: Round[] = []
    for (const each of cases) {
      for (let round = 1; round <= options.rounds; round++) rounds.push(...(await measureRound(each, servers, options)))
    }
    const built = new Set([...servers.values()].map(server => server.built))
    return { rounds, target: [...built].join(' and ') }
  } finally {
    for (const server of servers.values()) server.stop()
  }
}

async function measureRound(
  each: Case,
  servers: ReadonlyMap<boolean, FastServer>,
  { tools, seconds, cores, folder, told }: ThroughputOptions,
): Promise<readonly Round[]> {
  const server = servers.get(each.tls)
  if (server === undefined) return []
  const rounds: Round[] = []
  for (const tool of tools) {
    const words = tool.words({ each, origin: server.origin, seconds, folder })
    if (words === undefined) continue
    const before = await server.count()
    const codes = tool.name === 'squall' ? [exitCode.pass, exitCode.inconclusive] : [0]
    const { cpuSeconds, wallSeconds, code } = await spent([...cores.tool, ...words], { cwd: folder, codes })
    const requests = (await server.count()).requests - before.requests
    const doubt = tool.name === 'squall' && code === exitCode.inconclusive
    rounds.push({ each, tool: tool.name, requests, cpuSeconds, wallSeconds, ...(doubt && { inconclusive: true }) })
    const rate = Math.round(requests / cpuSeconds)
    told(`${each.name}: ${tool.name} ${rate} requests a CPU-second${doubt ? ' (inconclusive)' : ''}`)
  }
  return rounds
}
