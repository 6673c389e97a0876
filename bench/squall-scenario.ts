import { type Case, flowSteps } from './cases.ts'

/** A case as a scenario, as a user would write it: closed users, each on a connection of its own. */
export function squallScenario(each: Case, origin: string, seconds: number): object {
  return {
    target: origin,
    load: [{ users: each.connections, for: `${Math.round(seconds * 1000)}ms` }],
    ...(each.tls && { http: { tls: { insecure: true } } }),
    steps: each.flow ? flow() : [{ get: each.path, check: ['status is 200'] }],
  }
}

/** Each step asks for what the step before it has read. */
function flow(): readonly object[] {
  return Array.from({ length: flowSteps }, (_, step) => ({
    get: step === 0 ? '/item/{{ randomInt(1, 500) }}' : '/item/{{ id }}?step={{ iteration }}',
    name: `step ${step + 1}`,
    check: ['status is 200', 'json $.stock > 0'],
    save: { id: 'json $.id' },
  }))
}
