import * as z from 'zod'
import { CLOUD_LEG_TIMES } from '../plan/plan-legs.ts'

const port = z.int().min(1).max(65_535)
const ms = z.int().min(0)

/** Which targets generators may reach: hosts (`*.example.com` for all below), address ranges, ports. */
const allowList = z.strictObject({
  hosts: z.array(z.string()),
  cidrs: z.array(z.string()),
  ports: z.array(z.union([port, z.strictObject({ from: port, to: port })])),
})

/** What no run may exceed, set when the stack is deployed. */
const ceilings = z.strictObject({
  ratePerSecond: z.number().positive(),
  users: z.int().positive(),
  durationMs: z.int().positive(),
  budgetUsd: z.number().positive(),
  generators: z.int().positive(),
  concurrentRuns: z.int().positive(),
})

/** Lengths of legs; a test's deployment shortens them. */
const legTimes = z.strictObject({
  legMs: ms.positive(),
  leadMs: ms,
  changeMs: ms,
  drainMs: ms.default(CLOUD_LEG_TIMES.drainMs),
  startLeadMs: ms.default(CLOUD_LEG_TIMES.startLeadMs),
})

/**
 * What a deployed function has to know of its stack. The stack writes it as JSON into SQUALL_DEPLOYMENT; each function
 * gets only the parts that it uses, so all but the first six may be absent.
 */
const deployment = z.strictObject({
  schema: z.literal('squall.deployment.v1'),
  region: z.string().min(1),
  bucket: z.string().min(1),
  table: z.string().min(1),
  retentionDays: z.int().positive(),
  /** How generators reach their targets, which is what transfer costs. */
  network: z.enum(['internet', 'nat', 'private']).default('internet'),
  allow: allowList,
  ceilings: ceilings.optional(),
  allowProxies: z.boolean().default(false),
  allowScenarioCode: z.boolean().default(false),
  /** Parameters of secrets begin so. */
  secretPrefix: z.string().default('/squall/secrets/'),
  legTimes: legTimes.optional(),
  stateMachineArn: z.string().optional(),
  topicArn: z.string().optional(),
  eventBusName: z.string().optional(),
  scheduler: z
    .strictObject({
      group: z.string(),
      roleArn: z.string(),
      targetArn: z.string(),
      deadLetterArn: z.string().optional(),
    })
    .optional(),
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
