import { basename } from 'node:path'
import { CLOUD_FILE, readCloudFile } from '../infra/cloud-file.ts'
import type { Config } from '../infra/config.ts'
import { configFile, loadConfig } from '../infra/load-config.ts'
import { type Ceilings, DEFAULT_CEILINGS } from '../plan/ceilings.ts'
import { CLOUD_LEG_TIMES, type LegTimes } from '../plan/plan-legs.ts'
import { DEFAULT_REGION } from '../plan/price-table.ts'
import { EXPECTED_REGION, isRegion } from '../plan/region.ts'
import { DEFAULT_ASSUMPTIONS, type NetworkPath } from '../plan/run-usage.ts'
import type { Fault } from '../scenario/fault.ts'

/** What is known, without asking AWS, of the deployment that a folder is for. */
export type CloudSettings = {
  readonly region: string
  readonly ceilings: Ceilings
  readonly network: NetworkPath
  readonly retentionDays: number
  readonly legTimes: LegTimes
  /** Targets that may be tested; absent where no configuration is here. */
  readonly target?: Pick<Config, 'allow' | 'allowProxies'>
  /** A sentence each: what was read, and what stands in for what was not. */
  readonly sources: readonly string[]
}

/** From `--region`, what `squall deploy` wrote, and the configuration, which has to be right if it is there. */
export async function cloudSettings(
  options: { readonly region?: string },
  folder = process.cwd(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<
  { readonly ok: true; readonly value: CloudSettings } | { readonly ok: false; readonly faults: readonly Fault[] }
> {
  const path = configFile(folder)
  const read = path === undefined ? undefined : await loadConfig(folder, {})
  if (read?.ok === false) return read
  const config = read?.value
  const written = readCloudFile(folder)
  if (written !== undefined && 'message' in written && options.region === undefined)
    return { ok: false, faults: [written] }
  const name = path === undefined ? 'squall.config.ts' : basename(path)
  const found = [
    [options.region, '--region'],
    [written !== undefined && 'region' in written ? written.region : undefined, CLOUD_FILE],
    [config?.region, name],
    [env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'], 'AWS_REGION'],
  ] as const
  const [region, from] = found.find(([named]) => named !== undefined && named !== '') ?? []
  if (region !== undefined && from !== undefined && !isRegion(region))
    return { ok: false, faults: [{ path: from, message: `there is no region "${region}"`, expected: EXPECTED_REGION }] }
  return {
    ok: true,
    value: {
      region: region ?? DEFAULT_REGION,
      ceilings: config?.ceilings ?? DEFAULT_CEILINGS,
      network: config?.vpc?.egress ?? 'internet',
      retentionDays: config?.retentionDays ?? DEFAULT_ASSUMPTIONS.retentionDays,
      legTimes: config?.legTimes ?? CLOUD_LEG_TIMES,
      ...(config !== undefined && { target: { allow: config.allow, allowProxies: config.allowProxies } }),
      sources: [
        from === undefined ? `no region is known here: ${DEFAULT_REGION}` : `region from ${from}`,
        config === undefined
          ? 'ceilings by default, and any target: no squall.config.ts is here'
          : `ceilings and targets from ${name}`,
      ],
    },
  }
}
