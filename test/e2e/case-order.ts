import { basename } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What needs no run first, the whole run next, the end of the deployment last. */
const order = [
  'cloud-store',
  'refused-run',
  'whole-run',
  'aborted-run',
  'killed-generator',
  'doubled-invocation',
  'stopped-execution',
  'command-line',
  'secrets',
  'schedule',
  'fuzzed-api',
  'destroy',
]

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = order.indexOf(basename(moduleId, '.e2e.ts'))
  if (place < 0) throw new Error(`${moduleId} has no place in the order of cases`)
  return place
}

export class CaseOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}
