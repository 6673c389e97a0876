import type { Fault } from '../scenario/fault.ts'
import type { AdmissionRules } from './admit-run.ts'
import type { LocalLimits } from './local-ports.ts'
import { quoteLocalRun } from './local-quote.ts'
import { resolveSoon } from './refused-targets.ts'

/**
 * What `squall serve` lets runs do: what this machine bears, against the targets and with the secrets that were
 * named. It costs nothing.
 */
export function localRules({
  allow,
  secretNames,
  concurrentRuns,
}: Required<LocalLimits> & { readonly concurrentRuns: number }): AdmissionRules {
  return {
    allow,
    concurrentRuns,
    allowProxies: false,
    resolve: resolveSoon,
    remedies: { target: host => `squall serve --allow ${host}` },
    secretFaults: names => names.filter(name => !secretNames.includes(name)).map(unnamedSecret),
    quote: async run => quoteLocalRun(run),
  }
}

function unnamedSecret(name: string): Fault {
  return {
    path: `secret.${name}`,
    message: 'it is no secret here',
    expected: 'a secret that squall serve was started with',
    fix: `squall serve --secret ${name}`,
  }
}
