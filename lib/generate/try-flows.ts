import { hash32 } from '../plan/seeds.ts'
import type { DataRow } from '../scenario/data-set.ts'
import { flowRoots } from '../scenario/data-use.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { compileFlow } from './compile-flow.ts'
import { prepareLibraries } from './libraries.ts'
import { baseUrl } from './request-url.ts'
import { runSteps, type StepsPorts } from './run-steps.ts'
import { sharedValues } from './shared-values.ts'
import { runSolo } from './solo-run.ts'
import type { Tracer } from './tracer.ts'

export type TryPorts = Omit<StepsPorts, 'before' | 'tracer'> & {
  /** Rows by data set: the first of each is used. */
  readonly rows: ReadonlyMap<string, readonly DataRow[]>
  /** Sees everything as it happens. Texts hold secrets as they are: whoever prints them masks them. */
  readonly tracer: Tracer
}

/** How many things failed: 0 where every flow went through. */
export type TryResult = { readonly failures: number }

/**
 * Runs `before:`, each flow once with a user of its own, one after another, and `after:`. A failed `before:` runs no
 * flow; `after:` is run in any case, with what `before:` saved until then. Nothing is measured or judged.
 */
export async function tryFlows(scenario: Scenario, ports: TryPorts): Promise<TryResult> {
  let failures = 0
  await prepareLibraries(scenario)
  if (scenario.before.length > 0) ports.tracer.iteration?.('before')
  const before = await runSteps(scenario, 'before', { ...ports, before: {} })
  const { saved } = before
  if (before.ok) {
    for (const [place, flow] of scenario.flows.entries()) {
      ports.tracer.iteration?.(flow.name)
      const program = compileFlow(flow, {
        base: baseUrl(scenario.target),
        files: ports.files,
        data: scenario.data,
        requestNames: [],
        flowNames: [],
        watched: true,
      })
      const roots = flowRoots(flow)
      const rows = new Map<string, DataRow>()
      for (const [set, [row]] of ports.rows) if (row !== undefined && roots.has(set)) rows.set(set, row)
      const result = await runSolo(program, {
        clock: ports.clock,
        dispatchers: ports.dispatchers,
        shared: sharedValues(scenario, ports.secrets, saved),
        tracer: ports.tracer,
        rows,
        seed: hash32(ports.seed, place),
        failFast: false,
      })
      failures += result.failures
    }
  } else failures++
  if (scenario.after.length > 0) {
    ports.tracer.iteration?.('after')
    const after = await runSteps(scenario, 'after', { ...ports, before: saved })
    if (!after.ok) failures++
  }
  return { failures }
}
