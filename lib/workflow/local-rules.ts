import type { AllowList } from '../plan/allow-list.ts'
import type { AdmissionRules } from './admit-run.ts'
import { quoteLocalRun } from './local-quote.ts'

/** What `squall serve` lets runs do: what this machine bears, against the targets that were named. It costs nothing. */
export function localRules(limits: { readonly allow: AllowList; readonly concurrentRuns: number }): AdmissionRules {
  return {
    ...limits,
    allowProxies: false,
    remedies: { target: host => `squall serve --allow ${host}` },
    quote: async run => quoteLocalRun(run),
  }
}
