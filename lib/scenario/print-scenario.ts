import { stringify } from 'yaml'
import { formatDuration } from './duration.ts'
import type { JsonValue } from './json.ts'
import type { Header } from './parse-headers.ts'
import { printPhase } from './print-phase.ts'
import { type CommonRequest, printStep } from './print-step.ts'
import { visitSteps } from './request-names.ts'
import type { Attachments, HttpOptions, Scenario, Track } from './scenario.ts'

type Printed = Record<string, JsonValue>

/**
 * The resolved scenario as YAML (`squall check --print`): environment, variables and snippets are in place. Read again from the same folder it
 * is the same scenario.
 *
 * @param attachments gives inline rows; without it they are left out
 * @param pathOf a path below the scenario's folder as it is from another one
 */
export function printScenario(
  scenario: Scenario,
  attachments?: Attachments,
  pathOf: (path: string) => string = path => path,
): string {
  const common: CommonRequest = { http: scenario.http, headers: commonHeaders(scenario), pathOf }
  const own = new Map(
    scenario.tracks
      .filter(track => track.name !== 'main' || !isShared(track, scenario))
      .map(track => [track.name, track]),
  )
  const shared = scenario.tracks.find(track => isShared(track, scenario))
  const steps = (list: Scenario['before']) => list.map(step => printStep(step, common))
  const flows = scenario.flows.map(flow => {
    const track = shared?.flows.some(share => share.flow === flow.name) ? undefined : own.get(flow.name)
    const printed: Printed = {
      ...(track === undefined && flow.weight !== 1 ? { weight: flow.weight } : {}),
      ...(track === undefined ? {} : { load: track.phases.map(printPhase) }),
      ...(flow.start.length === 0 ? {} : { start: steps(flow.start) }),
      steps: steps(flow.steps),
    }
    return [flow.name, printed] as const
  })
  const printed: Printed = {
    squall: 1,
    name: scenario.name,
    target: scenario.target,
    ...filled('vars', scenario.vars),
    ...filled('labels', scenario.labels),
    ...filled('http', printHttp(scenario.http, common)),
    ...(shared === undefined ? {} : { load: shared.phases.map(printPhase) }),
    ...(shared?.mix === 'iteration' ? { mix: 'iteration' } : {}),
    drain: formatDuration(scenario.drainMs),
    ...(scenario.pacing === undefined ? {} : { pacing: scenario.pacing }),
    ...filled('data', printData(scenario, attachments, pathOf)),
    ...(scenario.before.length === 0 ? {} : { before: steps(scenario.before) }),
    flows: Object.fromEntries(flows),
    ...(scenario.after.length === 0 ? {} : { after: steps(scenario.after) }),
    ...printThresholds(scenario.thresholds),
    ...(scenario.strict ? { strict: true } : {}),
    ...(scenario.budgetUsd === undefined ? {} : { budget: `${scenario.budgetUsd} USD` }),
    ...(scenario.seed === undefined ? {} : { seed: scenario.seed }),
  }
  const added = scenario.thresholds.filter(threshold => threshold.default)
  return scenarioYaml(printed) + added.map(({ text }) => `# added by default: ${text}\n`).join('')
}

/** A scenario as YAML text that this language reads back: block style, long lines left whole. */
export function scenarioYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: null })
}

/** The thresholds that were written: those of the language come by themselves. */
export function printThresholds(thresholds: Scenario['thresholds']): { readonly thresholds?: readonly string[] } {
  const written = thresholds.filter(threshold => !threshold.default).map(threshold => threshold.text)
  return written.length === 0 ? {} : { thresholds: written }
}

function isShared(track: Track, scenario: Scenario): boolean {
  const [only] = track.flows
  if (track.name !== 'main') return false
  return track.flows.length !== 1 || only?.flow !== 'main' || scenario.tracks.length === 1
}

/** Header fields that every request sends alike. */
function commonHeaders(scenario: Scenario): readonly Header[] {
  const requests: (readonly Header[])[] = []
  const note = (list: Scenario['before']) =>
    visitSteps(list, step => step.kind === 'request' && requests.push(step.headers))
  for (const flow of scenario.flows) {
    note(flow.start)
    note(flow.steps)
  }
  note(scenario.before)
  note(scenario.after)
  const [first = []] = requests
  return first.filter(
    ([name, value]) =>
      name !== 'content-type' &&
      requests.every(list => list.some(([other, text]) => other === name && text.text === value.text)),
  )
}

function printHttp(http: HttpOptions, { headers, pathOf }: CommonRequest): Printed {
  const { ca, cert, key, servername, insecure } = http.tls
  const tls: Printed = {
    ...(ca === undefined ? {} : { ca: pathOf(ca) }),
    ...(cert === undefined ? {} : { cert: pathOf(cert) }),
    ...(key === undefined ? {} : { key: pathOf(key) }),
    ...(servername === undefined ? {} : { servername }),
    ...(insecure ? { insecure } : {}),
  }
  return {
    timeout: formatDuration(http.timeoutMs),
    connectTimeout: formatDuration(http.connectTimeoutMs),
    redirects: http.redirects,
    keepAlive: http.keepAlive,
    ...(http.dispatcher === undefined ? {} : { dispatcher: http.dispatcher }),
    version: http.version,
    connections: http.connections === 'per-user' ? 'per-user' : `pooled ${http.connections.pooled}`,
    ...(http.proxy === undefined ? {} : { proxy: http.proxy }),
    ...(http.localAddresses === undefined ? {} : { localAddress: http.localAddresses }),
    ...filled('tls', tls),
    ...filled('headers', Object.fromEntries(headers.map(([name, value]) => [name, value.text]))),
  }
}

function printData(
  scenario: Scenario,
  attachments: Attachments | undefined,
  pathOf: (path: string) => string,
): Printed {
  return Object.fromEntries(
    scenario.data.map(({ name, file, take, per }) => {
      const rows =
        file === undefined ? { rows: (attachments?.rows.get(name) ?? []) as JsonValue } : { file: pathOf(file) }
      return [name, { ...rows, take, per }]
    }),
  )
}

function filled(key: string, value: Readonly<Record<string, JsonValue>>): Printed {
  return Object.keys(value).length === 0 ? {} : { [key]: value }
}
