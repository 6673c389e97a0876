import { type AddressInfo, isIP } from 'node:net'
import { userInfo } from 'node:os'
import { serve } from '@hono/node-server'
import { startScheduled } from '../api/schedules.ts'
import { createServeApp } from '../api/serve-app.ts'
import type { AllowList } from '../plan/allow-list.ts'
import { expectedHost, expectedRange, wideRangeWarning } from '../plan/allowed-entry.ts'
import type { Fault } from '../scenario/fault.ts'
import { type LocalStore, openLocalStore } from '../store/local-store.ts'
import { reasonOf } from '../store/store-error.ts'
import { localEngine } from '../workflow/local-engine.ts'
import type { LocalLimits } from '../workflow/local-ports.ts'
import { localRules } from '../workflow/local-rules.ts'
import { localScheduler, restoreSchedules } from '../workflow/local-scheduler.ts'
import { localUploads } from '../workflow/local-uploads.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { warningText } from './fault-text.ts'
import { listenForInterrupt } from './interrupt.ts'
import { logAt, tell } from './tell.ts'
import type { Terminal } from './terminal.ts'

export type ServeOptions = {
  readonly port: number
  readonly store: string
  /** Hosts and address ranges that runs may be sent to, beside this machine. */
  readonly allow: readonly string[]
  /** Environment variables that scenarios may read as secrets. */
  readonly secret: readonly string[]
  /** How many runs may be under way at once. */
  readonly runs: number
}

/** `squall serve`: the HTTP API on this machine, over the embedded store and workflow, until Ctrl-C. */
export async function serveCommand(options: ServeOptions, terminal: Terminal): Promise<number> {
  const limits = { allow: serveAllowList(options.allow), secretNames: options.secret }
  for (const range of limits.allow.cidrs) {
    const warning = wideRangeWarning(range, '--allow')
    if (warning !== undefined) tell(terminal, warningText(warning))
  }
  const store = openLocalStore(options.store)
  try {
    return await serveFrom(store, limits, options, terminal)
  } finally {
    store.runs.close()
  }
}

async function serveFrom(
  store: LocalStore,
  limits: Required<LocalLimits>,
  options: Pick<ServeOptions, 'port' | 'runs'>,
  terminal: Terminal,
): Promise<number> {
  const say = (text: string) => logAt(terminal, text, Date.now())
  const complain = (what: string, error: unknown) =>
    say(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  const engine = localEngine(store, limits, {
    onVerdict: ({ runId, headline }) => say(`run ${runId}  ${headline}`),
    onBroken: (runId, error) => complain(`run ${runId} broke`, error),
  })
  const user = userInfo().username
  const scheduler = localScheduler(async (name, scheduledTime) => {
    const start = startScheduled(ports, { squallSchedule: name, scheduledTime })
    await start.then(
      runId => say(`schedule ${name}: run ${runId} has been started`),
      (error: unknown) => complain(`schedule ${name}`, error),
    )
  })
  const ports = {
    ...store,
    engine,
    scheduler,
    uploads: localUploads,
    rules: localRules({ ...limits, concurrentRuns: options.runs }),
    epochMs: Date.now,
    random: Math.random,
    caller: () => ({ name: user, key: user }),
  }
  await restoreSchedules(store.documents, scheduler)
  const app = createServeApp(ports, error => complain('a request failed', error))
  const server = await listen(app.fetch, options.port)
  const { port } = server.address() as AddressInfo
  // Before it is told that there is something to stop.
  const stopped = interrupted(reason => say(`${reason}: stopping the runs that are under way`))
  terminal.out(`Squall's HTTP API: http://127.0.0.1:${port}/v1\n`)
  const code = await stopped
  server.close()
  scheduler.stop()
  await engine.stopAll('squall serve was stopped')
  return code
}

type Server = ReturnType<typeof serve>

function listen(fetch: Parameters<typeof serve>[0]['fetch'], port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, () => resolve(server))
    server.once('error', error => {
      const why = `cannot listen on 127.0.0.1:${port}: ${reasonOf(error).reason}`
      reject(new CommandExit(exitCode.notStarted, why))
    })
  })
}

function interrupted(onFirst: (reason: string) => void): Promise<number> {
  return new Promise(resolve => {
    const interrupt = listenForInterrupt(reason => {
      onFirst(reason)
      resolve(interrupt.code() === exitCode.interrupted ? exitCode.pass : exitCode.terminated)
    })
  })
}

/** This machine, and what is named: an address or a range by its form, all else a host. */
export function serveAllowList(named: readonly string[]): AllowList {
  const ranges = named.map(rangeOf)
  return {
    hosts: named.filter((_, place) => ranges[place] === undefined),
    cidrs: ['127.0.0.0/8', '::1/128', ...ranges.filter(range => range !== undefined)],
    ports: [{ from: 1, to: 65_535 }],
  }
}

/** What is named and cannot be allowed, and what is no variable that is set. */
export function serveOptionFaults(
  { allow, secret }: Pick<ServeOptions, 'allow' | 'secret'>,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Fault[] {
  const targets = allow.flatMap(text => {
    const range = rangeOf(text)
    const expected = range === undefined ? expectedHost(text) : expectedRange(range)
    return expected === undefined ? [] : [{ path: '--allow', message: `found "${text}"`, expected }]
  })
  const secrets = secret.flatMap(text => {
    // After the equals sign stands what nobody is to read.
    const [name = '', ...value] = text.split('=')
    const path = `--secret ${name}`
    if (value.length > 0)
      return [{ path, message: 'has a value', expected: `a name, and the value in the variable ${name}` }]
    if (Object.hasOwn(environment, name)) return []
    return [
      { path, message: `there is no environment variable ${name}`, expected: 'the name of a variable that is set' },
    ]
  })
  return [...targets, ...secrets]
}

/** An address is the range of itself: as a host it would have to be a public one. */
function rangeOf(text: string): string | undefined {
  if (text.includes('/')) return text
  const family = isIP(text)
  return family === 0 ? undefined : `${text}/${family === 4 ? 32 : 128}`
}
