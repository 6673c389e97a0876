import type { Fault } from '../scenario/fault.ts'
import { needsCloud } from './cloud-only.ts'
import { optionFault } from './option-faults.ts'
import { reportFaults } from './report-output.ts'
import type { CloudOnly, RunCommandOptions } from './run-command.ts'

/** A deployment has its own ceiling, and a machine has fewer cores. */
const mostThreads = 64

/** What options of `squall run` do not go together, and those whose values are wrong. */
export function runOptionFaults(
  options: Pick<RunCommandOptions, 'generators' | 'report' | 'json'> & CloudOnly & { readonly cloud?: true },
): readonly Fault[] {
  const { cloud, generators = 1, api, profile, region, detach, abortOnExit } = options
  const idle = {
    '--api': api,
    '--profile': profile,
    '--region': region,
    '--detach': detach,
    '--abort-on-exit': abortOnExit,
  }
  const tooMany = optionFault('--generators', ` ${generators}: expected a whole number from 1 to ${mostThreads}`)
  const waits = optionFault('--detach', ' waits for no report: squall report RUN --cloud has it later')
  return [
    ...needsCloud(cloud, idle),
    ...(!cloud && generators > mostThreads ? [tooMany] : []),
    ...(cloud && detach && options.report.length > 0 ? [waits] : []),
    ...reportFaults(options),
  ]
}
