import { expect, it } from 'vitest'
import { aggregate } from '../../functions/aggregate.ts'
import { plan } from '../../functions/plan.ts'
import { OBJECT_ACCESS } from '../../lib/infra/object-access.ts'
import type { FunctionName } from '../../lib/plan/function-memory.ts'
import { keys } from '../../lib/store/keys.ts'
import type { ObjectStore } from '../../lib/store/object-store.ts'
import { localPorts } from '../../lib/workflow/local-ports.ts'
import { dataSet, flow, get, open, request, scenario } from '../generate/engine-fixture.ts'
import { recordingTarget } from './recording-target.ts'
import { runInLegs } from './run-in-legs.ts'
import { storedRun } from './stored-run.ts'

/** As IAM matches: * is any run of characters, slashes among them. */
function matches(pattern: string, key: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(key)
}

/** The objects with what a function's role may do of them, as S3 would refuse the rest. */
function permitted(name: FunctionName, objects: ObjectStore, used: Set<string>): ObjectStore {
  const need = (what: 'read' | 'write' | 'delete', key: string): void => {
    const pattern = OBJECT_ACCESS[name][what]?.find(one => matches(one, key))
    if (pattern === undefined) throw new Error(`${name} may not ${what} ${key}`)
    used.add(`${name} ${what} ${pattern}`)
  }
  return {
    async get(key) {
      need('read', key)
      return objects.get(key)
    },
    list: prefix => objects.list(prefix),
    async put(key, body) {
      need('write', key)
      await objects.put(key, body)
    },
    async putIfAbsent(key, body) {
      need('write', key)
      return objects.putIfAbsent(key, body)
    },
    async delete(key) {
      need('delete', key)
      await objects.delete(key)
    },
  }
}

/** The same, but for one that is not found. */
function without(missing: string, objects: ObjectStore): ObjectStore {
  return {
    ...objects,
    async get(key) {
      const found = await objects.get(key)
      return key === missing ? undefined : found
    },
  }
}

it('a run with everything that it may have goes through with what each function may read and write, and uses all of it', async () => {
  const target = await recordingTarget()
  const used = new Set<string>()
  const people = Array.from({ length: 60 }, (_, row) => ({ name: `p${row}` }))
  const any = people.slice(0, 1)
  const wanted = scenario(
    target.url,
    [open(20, 1_500, { maxUsers: 10 })],
    [flow([request('GET', '/{{ people.name }}/{{ any.name }}', { name: 'person' })])],
    {
      pacing: 'frugal',
      before: [get('/login')],
      after: [get('/logout')],
      // Of one set each shard gets its slice; of the other it takes every row there is.
      data: [dataSet('people', people), dataSet('any', any)],
    },
  )
  let failing = false
  const { report, store, runId } = await runInLegs(wanted, {
    legs: { legMs: 900, changeMs: 100, leadMs: 500, drainMs: 300, startLeadMs: 600 },
    shards: 2,
    rows: { people, any },
    files: new Map([['a/b.json', new TextEncoder().encode('{}')]]),
    objectsOf(name, objects) {
      const held = permitted(name, objects, used)
      if (name === 'generate' && failing) return without(keys.plan('in-legs'), held)
      if (name !== 'aggregate') return held
      // The first leg's summary is lost, and has to be made again of what its shards have left.
      return without(keys.legSummary('in-legs', 0), held)
    },
    // A doubled invocation finds the claim of the first, and one that fails leaves its cause.
    async invoke(generate, { leg, shard }) {
      if (leg === 1 || shard === 0) return Promise.all([generate(), generate()])
      failing = true
      const failed = generate()
      failing = false
      await expect(failed).rejects.toThrow('is missing')
    },
  })
  expect(report.verdict.reasons.join()).toMatch(/1 of 4 generators lost/)
  expect(report.findings.filter(({ kind }) => kind === 'after failed')).toEqual([])
  // Aggregate that died before its report was stored is done again.
  const again = without(keys.report(runId, 'report.json'), permitted('aggregate', store.objects, used))
  await aggregate({ ...localPorts(store), objects: again })({ runId })
  expect(target.requests.filter(({ url }) => url === '/logout')).toHaveLength(1)
  // Plan runs `after:` itself where `before:` failed.
  const failed = await storedRun(
    scenario(target.url, [open(1, 1_000)], [flow([get('/')])], {
      before: [get('http://127.0.0.1:1/')],
      after: [get('/clean')],
    }),
  )
  await failed.store.objects.delete(keys.plan('r'))
  const heldToPlan = { ...failed.ports, objects: permitted('plan', failed.store.objects, used) }
  // Done again it finds that `after:` has been run.
  for (let time = 0; time < 2; time++) await expect(plan(heldToPlan)({ runId: 'r' })).rejects.toThrow('ECONNREFUSED')
  expect(target.requests.filter(({ url }) => url === '/clean')).toHaveLength(1)
  const granted = (['plan', 'generate', 'watch', 'merge', 'aggregate'] as const).flatMap(name =>
    (['read', 'write', 'delete'] as const).flatMap(what =>
      (OBJECT_ACCESS[name][what] ?? []).map(pattern => `${name} ${what} ${pattern}`),
    ),
  )
  const unused = granted.filter(one => !used.has(one))
  expect(unused).toEqual([])
}, 40_000)
