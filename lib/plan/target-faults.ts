import type { Fault } from '../scenario/fault.ts'
import { visitSteps } from '../scenario/request-names.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Template } from '../scenario/template.ts'
import { type AllowList, allowedHost, allowedPort, forbiddenAddress } from './allow-list.ts'
import { isLocalTarget } from './local-target.ts'
import { readAddress, whyRefused } from './special-addresses.ts'

/** Where scenarios may send their load, and what its owner does to change that. */
export type TargetRules = {
  readonly allow: AllowList
  readonly allowProxies: boolean
  /** Those of a deployment where absent. */
  readonly remedies?: Remedies
}

export type Remedies = {
  /** How a host comes to be allowed. */
  readonly target: (host: string, port: number) => string
  /** How proxies do; absent where they never are. */
  readonly proxies?: string
}

const deploymentRemedies: Remedies = {
  target: (host, port) =>
    isLocalTarget(`http://${host.includes(':') ? `[${host}]` : host}`)
      ? 'a host that the deployment reaches: to a Lambda function this one is itself'
      : `${host} and port ${port} in allow of squall.config.ts, then squall deploy`,
  proxies: 'allowProxies: true in squall.config.ts, if the proxy is trusted to keep to allowed targets',
}

/**
 * Every target that the scenario's text shows and that is not allowed: the target, absolute URLs of requests,
 * the proxy. What only a run can show (a template that gives a host, a redirect, what a name resolves to) is refused when
 * it is connected to. A name that is not listed may still lead into one of the ranges; `resolved` has the addresses of
 * names that were looked up, and one of them decides; a name without any leads nowhere that is allowed.
 */
export function targetFaults(
  scenario: Scenario,
  rules: TargetRules,
  resolved: ReadonlyMap<string, readonly string[]> = new Map(),
): readonly Fault[] {
  const { remedies = deploymentRemedies } = rules
  const why = reasonAgainst(rules.allow, resolved)
  const found: Fault[] = []
  for (const { path, url } of shownUrls(scenario)) {
    const reason = why(url)
    if (reason === undefined) continue
    found.push({
      path,
      message: `${url.origin} is not a target that is allowed here: ${reason}`,
      expected: expectedTargets(rules.allow),
      fix: isRefused(hostOf(url))
        ? 'another target: this one is never allowed'
        : remedies.target(hostOf(url), portOf(url)),
    })
  }
  if (scenario.http.proxy !== undefined && !rules.allowProxies) {
    found.push({
      path: 'http.proxy',
      message: 'proxies are not allowed here: what a proxy connects to cannot be checked',
      expected: 'no http.proxy',
      ...(remedies.proxies !== undefined && { fix: remedies.proxies }),
    })
  }
  return found
}

/** Names that are not listed, whose addresses decide: empty where no range could allow them. */
export function namesToResolve(scenario: Scenario, allow: AllowList): readonly string[] {
  if (allow.cidrs.length === 0) return []
  const listed = allowedHost(allow)
  const names = shownUrls(scenario).map(({ url }) => hostOf(url))
  return [...new Set(names.filter(name => readAddress(name) === undefined && !listed(name)))]
}

type ShownUrl = { readonly path: string; readonly url: URL }

/** One for each origin and place; a request is named as the report names it. */
function shownUrls(scenario: Scenario): readonly ShownUrl[] {
  const found = new Map<string, ShownUrl>()
  const add = (path: string, text: string): void => {
    const url = URL.parse(text)
    if (url !== null) found.set(`${path} ${url.origin}`, { path, url })
  }
  add('target', scenario.target)
  const all = [
    ...scenario.flows.flatMap(flow => [
      { place: `flows.${flow.name}`, steps: flow.start },
      { place: `flows.${flow.name}`, steps: flow.steps },
    ]),
    { place: 'before', steps: scenario.before },
    { place: 'after', steps: scenario.after },
  ]
  for (const { place, steps } of all) {
    visitSteps(steps, step => {
      if (step.kind !== 'request') return
      const origin = shownOrigin(step.url)
      if (origin !== undefined) add(`${place}: ${step.name}`, origin)
    })
  }
  return [...found.values()]
}

/** The beginning of an absolute URL up to its path, where no template stands before that. */
function shownOrigin({ parts }: Template): string | undefined {
  const [first] = parts
  if (typeof first !== 'string') return undefined
  const whole = parts.length === 1
  return (whole ? /^https?:[\\/]{2}[^/?#\\]*/i : /^https?:[\\/]{2}[^/?#\\]*(?=[/?#\\])/i).exec(first)?.[0]
}

function reasonAgainst(
  allow: AllowList,
  resolved: ReadonlyMap<string, readonly string[]>,
): (url: URL) => string | undefined {
  const forbidden = forbiddenAddress(allow)
  const hostAllowed = allowedHost(allow)
  const portAllowed = allowedPort(allow)
  return url => {
    const name = hostOf(url)
    const port = portOf(url)
    if (readAddress(name) !== undefined) return forbidden(name, port, name)
    if (!portAllowed(port)) return `port ${port} is not in the allow-list`
    if (hostAllowed(name)) return undefined
    if (allow.cidrs.length === 0) return 'the host is not in the allow-list'
    const addresses = resolved.get(name)
    if (addresses?.length === 0) return 'the host is not in the allow-list, and its name has no address'
    const reasons = (addresses ?? []).map(address => forbidden(address, port, name))
    // Of a name that is not known yet the connection decides.
    return reasons.length === 0 || reasons.includes(undefined) ? undefined : reasons[0]
  }
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

/** Metadata services and their like, which no list can name. */
function isRefused(host: string): boolean {
  const address = readAddress(host)
  return address !== undefined && whyRefused(address) !== undefined
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function expectedTargets({ hosts, cidrs, ports }: AllowList): string {
  const shown = [...hosts, ...cidrs]
  const first = shown.slice(0, 5).join(', ')
  const more = shown.length > 5 ? ` and ${shown.length - 5} more` : ''
  const listed = (ports.length === 0 ? [80, 443] : ports).map(each =>
    typeof each === 'number' ? String(each) : `${each.from}-${each.to}`,
  )
  const places = shown.length === 0 ? 'nothing: the allow-list is empty' : `${first}${more}`
  return `${places}; ports ${listed.slice(0, 8).join(', ')}`
}
