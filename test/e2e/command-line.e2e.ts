import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import type { RunRecord } from '../../lib/store/run-store.ts'
import { expectedResult } from './api-run.ts'
import { tellOnFailure } from './function-logs.ts'
import { countsByIteration, recordingTarget } from './recording-target.ts'
import { squall } from './squall.ts'

const planned = 10 * 10

it('squall run --cloud uploads a scenario and its data, follows it, and prints the report of the run', async () => {
  const { folder, environment } = inject('deployed')
  let runId: string | undefined
  tellOnFailure(() => runId)
  const target = await recordingTarget()
  writeFileSync(
    join(folder, 'names.csv'),
    `name\n${Array.from({ length: planned }, (_, row) => `row${row}`).join('\n')}\n`,
  )
  writeFileSync(
    join(folder, 'shop.yml'),
    `squall: 1
name: from the command line
target: "{{ env.TARGET }}"
load:
  - rate: 10/s
    for: 10s
data:
  names: { file: names.csv, take: once }
steps:
  - get: /item?n={{ iteration }}&name={{ names.name }}
thresholds:
  - errors < 1%
`,
  )
  const env = { ...environment, TARGET: target.url }
  const ran = await squall(folder, env, 'run', 'shop.yml', '--cloud', '--generators', '2')
  console.error(`${ran.err.slice(-3000)}\n${ran.out}`)

  const counts = countsByIteration(target.requests, planned)
  expect(new Set(counts)).toEqual(new Set([1]))
  const rows = target.requests.map(({ url }) => new URL(url, target.url).searchParams.get('name'))
  expect(new Set(rows).size).toBe(planned)

  const listed = await squall(folder, env, 'runs', '--cloud', '--json')
  const [newest] = JSON.parse(listed.out) as readonly RunRecord[]
  runId = newest?.id
  const printed = await squall(folder, env, 'report', newest?.id ?? '', '--cloud', '--format', 'json')
  const report = JSON.parse(printed.out) as Report
  const result = expectedResult(report)
  expect(report).toMatchObject({ schema: 'squall.report.v1', verdict: { result }, total: { count: planned } })
  expect(newest).toMatchObject({ scenario: 'from the command line', state: 'done', verdict: result })
  expect(ran.code).toBe(result === 'pass' ? 0 : 2)
  expect(ran.out).toContain(result.toUpperCase())
})
