import type { Summary } from '../measure/summary.ts'
import type { Plan } from '../plan/plan.ts'
import type { Finding, WeighedFinding } from './finding.ts'
import { credentials } from './findings/credentials.ts'
import { generatorLimited } from './findings/generator-limited.ts'
import { knee } from './findings/knee.ts'
import { notFound } from './findings/not-found.ts'
import { rateLimited } from './findings/rate-limited.ts'
import { type RunFacts, runFacts } from './findings/run-facts.ts'
import { serverErrors } from './findings/server-errors.ts'
import { slowEndpoint } from './findings/slow-endpoint.ts'
import { unreachable } from './findings/unreachable.ts'

/** A rule looks at the run and says what it found, or nothing. To add a finding, write a rule and name it here. */
const rules: readonly ((facts: RunFacts) => readonly WeighedFinding[])[] = [
  generatorLimited,
  unreachable,
  rateLimited,
  serverErrors,
  credentials,
  notFound,
  knee,
  slowEndpoint,
]

/** Diagnoses drawn from a summary, the weightiest first; of equals the one whose rule stands first. */
export function findings(plan: Plan, summary: Summary): readonly Finding[] {
  const facts = runFacts(plan, summary)
  return rules
    .flatMap(rule => rule(facts))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ weight: _, ...finding }) => finding)
}
