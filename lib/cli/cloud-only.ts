import type { Fault } from '../scenario/fault.ts'
import { optionFault } from './option-faults.ts'

/** Options that mean nothing here are no options that may be ignored: a load would be sent from the wrong place. */
export function needsCloud(
  cloud: true | undefined,
  options: Readonly<Record<`--${string}`, unknown>>,
): readonly Fault[] {
  if (cloud) return []
  const idle = Object.entries(options).filter(([, value]) => value !== undefined)
  return idle.map(([option]) => optionFault(option, ' goes with --cloud'))
}

/** Of a command that looks at the runs here, or at the deployment's. */
export function needsCloudForRuns(options: {
  readonly cloud?: true | undefined
  readonly api?: string | undefined
  readonly profile?: string | undefined
  readonly region?: string | undefined
}): readonly Fault[] {
  const { cloud, api, profile, region } = options
  return needsCloud(cloud, { '--api': api, '--profile': profile, '--region': region })
}
