import * as z from 'zod'
import { EXPECTED_HOST, EXPECTED_RANGE, expectedHost, expectedRange, wideRangeWarning } from '../plan/allowed-entry.ts'
import { DEFAULT_CEILINGS } from '../plan/ceilings.ts'
import { CLOUD_LEG_TIMES } from '../plan/plan-legs.ts'
import { EXPECTED_REGION, isRegion } from '../plan/region.ts'
import type { Fault, Reading } from '../scenario/fault.ts'
import { keysBelow, schemaFaults } from '../scenario/schema-faults.ts'

/** Days that CloudWatch Logs can keep a group for. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653] as const

/** Beside it in SQUALL_DEPLOYMENT are names and figures of less than 1.5 KB. */
const longestAllowList = 2500

/** Every message of the schema says what would have been right; `schemaFaults` adds the place and what was found. */
const text = (pattern: RegExp, expected: string) => z.string(expected).regex(pattern, expected)
const whole = (from: number, to: number, unit: string) => {
  const expected = `a whole number of ${unit} from ${from} to ${to.toLocaleString('en-US')}`
  return z.int(expected).min(from, expected).max(to, expected)
}
const positive = (unit: string) => z.number(`${unit} above 0`).positive(`${unit} above 0`)
const flag = z.boolean('true or false')
const list = <T extends z.ZodType>(item: T, expected: string) => z.array(item, expected)

const port = whole(1, 65_535, 'a port')
/** A text that is judged by a function of what it would have to be. */
const judged = (expected: string, expectedOf: (value: string) => string | undefined) =>
  z.string(expected).check(({ value, issues }) => {
    const message = expectedOf(value)
    if (message !== undefined) issues.push({ code: 'custom', input: value, message })
  })
const host = judged(EXPECTED_HOST, expectedHost)
const cidr = judged(EXPECTED_RANGE, expectedRange)
const email = z.email('an e-mail address')

const allow = z
  .strictObject(
    {
      hosts: list(host, 'a list of hosts').default([]),
      cidrs: list(cidr, 'a list of address ranges').default([]),
      ports: list(
        z.union([port, z.strictObject({ from: port, to: port })], 'a port, or { from, to }'),
        'a list of ports',
      )
        .min(1, 'at least one port')
        .default([80, 443]),
    },
    'the targets that may be tested, such as { hosts: ["shop.example.com"] }',
  )
  .refine(({ hosts, cidrs }) => hosts.length + cidrs.length > 0, {
    error: 'at least one host or address range: no other target can be tested',
    path: ['hosts'],
  })
  .refine(given => JSON.stringify(given).length <= longestAllowList, {
    error: `a list of at most ${longestAllowList} characters: a function's environment holds 4 KB (use *.example.com or a wider range)`,
    path: ['hosts'],
  })

const ceilings = z.strictObject({
  ratePerSecond: positive('iterations a second').default(DEFAULT_CEILINGS.ratePerSecond),
  users: whole(1, 10_000_000, 'users').default(DEFAULT_CEILINGS.users),
  durationMs: whole(1, 24 * 3_600_000, 'ms').default(DEFAULT_CEILINGS.durationMs),
  budgetUsd: positive('US dollars a run').default(DEFAULT_CEILINGS.budgetUsd),
  generators: whole(1, 10_000, 'generators').default(DEFAULT_CEILINGS.generators),
  concurrentRuns: whole(1, 100, 'runs').default(DEFAULT_CEILINGS.concurrentRuns),
})

const vpc = z.strictObject({
  vpcId: text(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, 'the id of a VPC, such as vpc-0a1b2c3d'),
  subnets: list(
    z.strictObject({
      subnetId: text(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'the id of a subnet, such as subnet-0a1b2c3d'),
      routeTableId: text(/^rtb-([0-9a-f]{8}|[0-9a-f]{17})$/, 'the id of its route table, such as rtb-0a1b2c3d'),
      availabilityZone: text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'its availability zone, such as eu-central-1a'),
    }),
    'a list of { subnetId, routeTableId, availabilityZone }',
  ).min(1, 'at least one subnet'),
  /** False where the VPC has endpoints for S3 and DynamoDB already: a route table takes one of each. */
  gatewayEndpoints: flag.default(true),
  /** How targets are reached, which sets the price of a byte; "private" is without a way to the internet. */
  egress: z.enum(['nat', 'private'], '"nat" or "private"').default('nat'),
})

/** A watch that must wait for a free place lets the lease of its run end. */
const reservedConcurrency = z.strictObject({
  api: whole(1, 1000, 'invocations'),
  watch: whole(1, 1000, 'invocations'),
  plan: whole(1, 1000, 'invocations'),
  aggregate: whole(1, 1000, 'invocations'),
})

const legTimes = z
  .strictObject({
    legMs: whole(1, 800_000, 'ms'),
    leadMs: whole(0, 300_000, 'ms'),
    changeMs: whole(0, 300_000, 'ms'),
    drainMs: whole(0, 300_000, 'ms').default(CLOUD_LEG_TIMES.drainMs),
    startLeadMs: whole(0, 300_000, 'ms').default(CLOUD_LEG_TIMES.startLeadMs),
  })
  .refine(({ legMs, leadMs, changeMs, drainMs }) => leadMs + legMs + changeMs + drainMs <= 880_000, {
    error:
      'lead, leg, change and drain of at most 880,000 ms together: a function ends after 900 s, the upload takes 20 s',
  })

const configSchema = z
  .strictObject(
    {
      /** The stack's name, with which its functions' names begin. */
      stack: text(/^[a-z][a-z0-9-]{0,39}$/i, 'a name of at most 40 letters, digits and hyphens').default('squall'),
      // A number where it comes from the context.
      account: z.coerce
        .string()
        .regex(/^\d{12}$/, 'an account number of 12 digits')
        .optional(),
      region: z.string(EXPECTED_REGION).refine(isRegion, EXPECTED_REGION).optional(),
      allow,
      ceilings: ceilings.prefault({}),
      /** Of a run's record, verdict, report and data. */
      retentionDays: whole(1, 3650, 'days').default(90),
      logRetentionDays: z
        .literal(LOG_DAYS, `a number of days that CloudWatch knows: ${LOG_DAYS.join(', ')}`)
        .default(30),
      auth: z.enum(['iam', 'apiKey'], '"iam" or "apiKey"').default('iam'),
      /** Of the whole HTTP API; more is answered with 429. */
      throttle: z
        .strictObject({ ratePerSecond: positive('requests a second'), burst: whole(1, 5000, 'requests') })
        .prefault({ ratePerSecond: 50, burst: 100 }),
      /** False where the account has a role for API Gateway's logs already: there is one an account and region. */
      apiLogsRole: flag.default(true),
      vpc: vpc.optional(),
      notifications: z
        .strictObject({
          verdicts: list(email, 'a list of e-mail addresses').default([]),
          alarms: list(email, 'a list of e-mail addresses').default([]),
        })
        .prefault({}),
      /** Absent where the account's quota leaves nothing to reserve: 100 stay unreserved by rule. */
      reservedConcurrency: reservedConcurrency.optional(),
      allowProxies: flag.default(false),
      allowScenarioCode: flag.default(false),
      secretPrefix: text(/^\/[\w./-]*[\w]\/$/, 'a path such as /squall/secrets/').default('/squall/secrets/'),
      deletionProtection: flag.default(false),
      keepDataOnDestroy: flag.default(false),
      /** For tests: shorter legs. */
      legTimes: legTimes.optional(),
      tags: z.record(z.string(), z.string('a text'), 'tags such as { team: "shop" }').default({}),
      /** A local AWS: see local-differences.ts. */
      local: flag.default(false),
    },
    'a configuration such as { allow: { hosts: ["shop.example.com"] } }',
  )
  .refine(
    ({ reservedConcurrency: reserved, ceilings: most }) =>
      reserved === undefined || reserved.watch >= most.concurrentRuns,
    {
      error: 'at least ceilings.concurrentRuns: each run under way takes one watch all the time',
      path: ['reservedConcurrency', 'watch'],
    },
  )

/** What a deployment is made from, with everything decided. */
export type Config = z.output<typeof configSchema>
/** What squall.config.ts says; all but `allow` has a default. */
export type ConfigInput = z.input<typeof configSchema>

/** Gives squall.config.ts its type: `export default defineConfig({ allow: { hosts: ['shop.example.com'] } })`. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}

/** Reads a configuration of any shape; `file` is named in its faults. */
export function readConfig(given: unknown, file?: string): Reading<Config> {
  const parsed = configSchema.safeParse(given)
  if (parsed.success) return { ok: true, value: parsed.data, warnings: warningsOf(parsed.data, file) }
  const faults = schemaFaults(configSchema, parsed.error.issues, given, file === undefined ? {} : { file })
  return { ok: false, faults, warnings: [] }
}

function warningsOf({ allow: { cidrs } }: Config, file: string | undefined): readonly Fault[] {
  const wide = cidrs.flatMap((range, place) => wideRangeWarning(range, `allow.cidrs[${place}]`) ?? [])
  return wide.map(warning => ({ ...(file !== undefined && { file }), ...warning }))
}

/** Dotted paths of all values and sections, for the page that explains them. */
export function configKeys(): readonly string[] {
  return keysBelow(configSchema)
}
