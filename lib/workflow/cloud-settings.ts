import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { type Ceilings, DEFAULT_CEILINGS } from '../plan/ceilings.ts'
import { DEFAULT_REGION } from '../plan/price-table.ts'

const configFile = 'squall.config.ts'
const cloudFile = '.squall/cloud.json'

/** What `check --cloud` takes of a deployment's configuration; the stack reads, and checks, the whole of it. */
const configSchema = z.looseObject({
  region: z.string().optional(),
  ceilings: z
    .looseObject({
      ratePerSecond: z.number(),
      users: z.number(),
      durationMs: z.number(),
      budgetUsd: z.number(),
      generators: z.number(),
      concurrentRuns: z.number(),
    })
    .partial()
    .optional(),
  vpc: z.unknown().optional(),
})

const cloudSchema = z.looseObject({ region: z.string() })

/** Region and ceilings of the deployment that is configured in a folder, each with where it comes from. */
export type CloudSettings = {
  readonly region: string
  readonly ceilings: Ceilings
  /** Whether the generators reach the target through a NAT gateway. */
  readonly nat: boolean
  /** A sentence each: what was read, and what stands in for what was not. */
  readonly sources: readonly string[]
}

/** Needs no access to AWS. A configuration that is there and cannot be read throws with its reason. */
export async function cloudSettings(
  options: { readonly region?: string },
  folder = process.cwd(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<CloudSettings> {
  const config = await readConfig(folder)
  const deployed = readDeployed(folder)
  const found = [
    [options.region, '--region'],
    [deployed?.region, cloudFile],
    [config?.region, configFile],
    [env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'], 'AWS_REGION'],
  ] as const
  const [region, from] = found.find(([name]) => name !== undefined && name !== '') ?? [DEFAULT_REGION, undefined]
  return {
    region: region ?? DEFAULT_REGION,
    ceilings: { ...DEFAULT_CEILINGS, ...defined(config?.ceilings ?? {}) },
    nat: config?.vpc !== undefined,
    sources: [
      from === undefined ? `no region is known here: ${DEFAULT_REGION}` : `region from ${from}`,
      config?.ceilings === undefined
        ? `ceilings by default: no ${configFile} here names any`
        : `ceilings from ${configFile}`,
    ],
  }
}

async function readConfig(folder: string): Promise<z.infer<typeof configSchema> | undefined> {
  const path = resolve(folder, configFile)
  if (!existsSync(path)) return undefined
  const module: unknown = await import(pathToFileURL(path).href)
  const read = z.looseObject({ default: configSchema }).safeParse(module)
  if (read.success) return read.data.default
  const faults = read.error.issues.map(({ path: at, message }) => `${at.slice(1).join('.') || 'default'}: ${message}`)
  throw new Error(`${configFile}: ${faults.join('; ')}`)
}

function readDeployed(folder: string): z.infer<typeof cloudSchema> | undefined {
  try {
    return cloudSchema.safeParse(JSON.parse(readFileSync(resolve(folder, cloudFile), 'utf8'))).data
  } catch {
    return undefined
  }
}

function defined(given: Partial<Record<keyof Ceilings, number | undefined>>): Partial<Ceilings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
