// A third of zod's code, which every function has to load before its handler can be called.

import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'
import { CLOUD_LEG_TIMES } from '../plan/plan-legs.ts'

z.config(en())

const port = z.int().check(z.minimum(1), z.maximum(65_535))
const ms = z.int().check(z.minimum(0))
const positiveInt = z.int().check(z.positive())
const someText = z.string().check(z.minLength(1))

/** Which targets generators may reach: hosts (`*.example.com` for all below), address ranges, ports. */
const allowList = z.strictObject({
  hosts: z.array(z.string()),
  cidrs: z.array(z.string()),
  ports: z.array(z.union([port, z.strictObject({ from: port, to: port })])),
})

/** What no run may exceed, set when the stack is deployed. */
const ceilings = z.strictObject({
  ratePerSecond: z.number().check(z.positive()),
  users: positiveInt,
  durationMs: positiveInt,
  budgetUsd: z.number().check(z.positive()),
  generators: positiveInt,
  concurrentRuns: positiveInt,
})

/** Lengths of legs; a test's deployment shortens them. */
const legTimes = z.strictObject({
  legMs: positiveInt,
  leadMs: ms,
  changeMs: ms,
  drainMs: z._default(ms, CLOUD_LEG_TIMES.drainMs),
  startLeadMs: z._default(ms, CLOUD_LEG_TIMES.startLeadMs),
})

/**
 * What a deployed function has to know of its stack. The stack writes it as JSON into SQUALL_DEPLOYMENT; each function
 * gets only the parts that it uses, so all but the first six may be absent.
 */
const deployment = z.strictObject({
  schema: z.literal('squall.deployment.v1'),
  region: someText,
  bucket: someText,
  table: someText,
  retentionDays: positiveInt,
  /** How generators reach their targets, which is what transfer costs. */
  network: z._default(z.enum(['internet', 'nat', 'private']), 'internet'),
  allow: allowList,
  ceilings: z.optional(ceilings),
  allowProxies: z._default(z.boolean(), false),
  allowScenarioCode: z._default(z.boolean(), false),
  /** Parameters of secrets begin so. */
  secretPrefix: z._default(z.string(), '/squall/secrets/'),
  legTimes: z.optional(legTimes),
  stateMachineArn: z.optional(z.string()),
  topicArn: z.optional(z.string()),
  eventBusName: z.optional(z.string()),
  scheduler: z.optional(
    z.strictObject({
      group: z.string(),
      roleArn: z.string(),
      targetArn: z.string(),
      deadLetterArn: z.optional(z.string()),
    }),
  ),
})

export type Deployment = z.infer<typeof deployment>
/** As the stack writes it: what has a default may be left out. */
export type DeploymentInput = z.input<typeof deployment>

/** Reads SQUALL_DEPLOYMENT. Throws an Error that lists every fault: the stack and the function do not fit together. */
export function readDeployment(text: string | undefined): Deployment {
  if (text === undefined) throw new Error('SQUALL_DEPLOYMENT is not set: the stack sets it for each of its functions')
  const parsed = deployment.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`)
  throw new Error(`SQUALL_DEPLOYMENT is not as this version of Squall reads it: ${faults.join('; ')}`)
}

/** A part that this function cannot do without. */
export function needPart<Key extends keyof Deployment>(given: Deployment, key: Key): NonNullable<Deployment[Key]> {
  const part = given[key]
  if (part === undefined || part === null) throw new Error(`SQUALL_DEPLOYMENT has no ${key}`)
  return part
}
