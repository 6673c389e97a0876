import { type CloudPlanInput, cloudDerivedUsers } from '../lib/plan/cloud-plan.ts'
import { readScenario } from '../lib/scenario/read-scenario.ts'
import type { Scenario } from '../lib/scenario/scenario.ts'

/** Users of one simulated generator, each with a connection; with that of the open load they are all that a Lambda holds. */
export const USERS_EACH = 949
/** Seconds between a user's requests. */
export const THINK_SECONDS = 20
const pages = ['home', 'search', 'list', 'item', 'photo', 'cart', 'login', 'pay', 'order', 'logout']
/** Arrivals a second of the open load beside the users. */
export const ARRIVALS_EACH = 10

/** So many Lambdas full of users, ten request names, an open load beside them, thresholds of each kind. */
export function simulatedScenario(generators: number, seconds: number): Scenario {
  const users = USERS_EACH * generators
  const text = `
name: ${generators} generators
target: https://shop.example.com
load: [{ users: ${users}, spawn: ${Math.ceil(users / 60)}/s, for: ${seconds}s }]
flows:
  visit: { steps: [${pages.map(page => `{ get: /${page} }, { think: ${THINK_SECONDS}s }`).join(', ')}] }
  health:
    load: [{ rate: ${ARRIVALS_EACH * generators}/s, for: ${seconds}s, maxUsers: ${generators} }]
    steps: [get: /health]
thresholds:
  - errors < 1%
  - p95 < 500ms
  - "GET /pay: p99 < 2s"
  - errors < 20% or abort
`
  const reading = readScenario(
    { file: 'simulated.yml', text },
    { readFile: () => ({ fault: 'missing' }), env: {}, version: '0' },
  )
  if (!reading.ok) throw new Error(reading.faults.map(({ message }) => message).join('\n'))
  return reading.value.scenario
}

/** What such a run's request holds. */
export function simulatedRun(generators: number, seconds: number) {
  const scenario = simulatedScenario(generators, seconds)
  const input: CloudPlanInput = { scenario, runId: 'simulation', scenarioHash: '', seed: 7, nowMs: 0 }
  return {
    scenario,
    attachments: { files: new Map(), rows: new Map() },
    generators,
    seed: input.seed,
    mostDerivedUsers: cloudDerivedUsers(input, generators),
    command: 'node bench/simulate.ts',
  }
}
