import { type Case, flowSteps } from './cases.ts'

/** More new users a second than any machine serves: what is beyond `maxVusers` is skipped, so that their number stands. */
const usersPerSecond = { flow: 1000, bare: 5000 }

/** A case as a script of Artillery: as many users at once as Squall's, each through the flow once, then the next. */
export function artilleryScript(each: Case, origin: string, seconds: number): object {
  const arrivalRate = each.flow ? usersPerSecond.flow : usersPerSecond.bare
  return {
    config: {
      target: origin,
      phases: [{ duration: Math.ceil(seconds), arrivalRate, maxVusers: each.connections }],
      http: { pool: each.connections },
      plugins: { expect: { outputFormat: 'silent', reportFailuresAsErrors: true } },
    },
    scenarios: [{ flow: each.flow ? flow() : [{ get: { url: each.path, expect: [{ statusCode: 200 }] } }] }],
  }
}

/** Each step asks for what the step before it has read. */
function flow(): readonly object[] {
  return Array.from({ length: flowSteps }, (_, step) => ({
    get: {
      url: step === 0 ? '/item/{{ $randomNumber(1, 500) }}' : '/item/{{ id }}?step={{ $uuid }}',
      capture: { json: '$.id', as: 'id' },
      expect: [{ statusCode: 200 }, { hasProperty: 'stock' }],
    },
  }))
}
