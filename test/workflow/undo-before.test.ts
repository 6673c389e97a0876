import { describe, expect, it } from 'vitest'
import { aggregate } from '../../functions/aggregate.ts'
import { plan } from '../../functions/plan.ts'
import { watch } from '../../functions/watch.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { keys } from '../../lib/store/keys.ts'
import { noteBefore, storeBefore } from '../../lib/workflow/attachments.ts'
import { sleep } from '../../lib/workflow/sleep.ts'
import { flow, get, iterations, scenario, type Target, target } from '../generate/engine-fixture.ts'
import { changedObjects } from './changed-objects.ts'
import { runId, storedRun } from './stored-run.ts'

const pricing = { region: 'us-east-1', network: 'internet', retentionDays: 30 } as const
const planning = { kind: 'cloud', legTimes: CLOUD_LEG_TIMES, pricing } as const
const order = get('/order', { save: { id: 'json $.id' } })

/** A run that is not planned yet, before a server whose /order gives an id and whose /fails fails. */
async function unplanned(steps: {
  readonly before: ReturnType<typeof get>[]
  readonly after: ReturnType<typeof get>[]
  readonly answer?: (url: string) => Promise<void>
}) {
  const server = await target(async ({ url }, response) => {
    await steps.answer?.(url)
    response.writeHead(url === '/fails' ? 500 : 200).end('{"id":7}')
  })
  const { before, after } = steps
  const run = await storedRun(scenario(server.url, [iterations(1, 1)], [flow([get('/')])], { before, after }))
  await run.store.objects.delete(keys.plan(runId))
  await run.store.runs.update(runId, { state: 'planned' })
  return { ...run, server, headline: async () => (await run.store.runs.get(runId))?.headline }
}

const urls = (server: Target) => server.urls().map(url => url.replace('GET ', ''))

describe('`before:` that fails', () => {
  it('is followed by `after:`, once, which has what was saved until then', async () => {
    const { store, ports, server, headline } = await unplanned({
      before: [order, get('/fails'), get('/never')],
      after: [get('/clean/{{ id }}')],
    })
    await expect(plan(ports)({ runId })).rejects.toThrow(/^before: GET \/fails: status 500 \([^;]*\)$/)
    expect(urls(server)).toEqual(['/order', '/fails', '/clean/7'])
    expect(await store.runs.get(runId)).toMatchObject({
      state: 'refused',
      headline: expect.stringMatching(/^before: GET \/fails/),
    })
    expect(await store.objects.get(keys.before(runId))).toBeUndefined()
    // As the rule does that hears of the failed execution.
    const told = await aggregate(ports)({ runId })
    expect(told.headline).toBe(`not started: ${await headline()}`)
    expect(urls(server)).toHaveLength(3)
  })

  it('is told first where `after:` fails, too, for want of what was not saved', async () => {
    const { ports, server, headline } = await unplanned({
      before: [get('/fails'), order],
      after: [get('/clean/{{ id }}')],
    })
    await expect(plan(ports)({ runId })).rejects.toThrow('before: GET /fails')
    expect(urls(server)).toEqual(['/fails'])
    expect(await headline()).toMatch(/^before: GET \/fails: status 500 .*; after: .*template \(.*id.*\)$/)
    const first = await headline()
    await aggregate(ports)({ runId })
    expect(await headline()).toBe(first)
  })

  it('is told where the store fails `after:`', async () => {
    const { ports, headline } = await unplanned({ before: [get('/fails')], after: [get('/clean')] })
    const { objects: kept } = ports
    const objects = changedObjects(kept, {
      putIfAbsent: (key, body) =>
        key === keys.after(runId) ? Promise.reject(new Error('no space')) : kept.putIfAbsent(key, body),
    })
    await expect(plan({ ...ports, objects })({ runId })).rejects.toThrow('before: GET /fails')
    expect(await headline()).toMatch(/^before: GET \/fails: .*; after: no space$/)
  })

  it('and was never begun has made nothing: `after:` is not run', async () => {
    const { ports, server } = await unplanned({ before: [order], after: [get('/clean')] })
    const secrets = () => Promise.reject(new Error('the vault is closed'))
    await expect(plan({ ...ports, secrets })({ runId })).rejects.toThrow('the vault is closed')
    await aggregate(ports)({ runId })
    expect(urls(server)).toEqual([])
  })

  it('leaves `after:` what is left of the minute that Plan has in AWS', async () => {
    const { ports, headline } = await unplanned({
      before: [order],
      after: [get('/clean/{{ id }}')],
      answer: () => new Promise(() => {}),
    })
    const asked: number[] = []
    const soon = (ms: number, signal?: AbortSignal) => {
      asked.push(ms)
      return sleep(50, signal)
    }
    await expect(plan({ ...ports, planning, sleep: soon })({ runId })).rejects.toThrow(/^before: it was not done/)
    expect(await headline()).toMatch(/^before: it was not done after 45 s.*; after: .*template/)
    expect(Math.max(...asked)).toBeGreaterThan(54_000)
    expect(Math.max(...asked)).toBeLessThanOrEqual(55_000)
  })
})

describe('`before:` that does not come to its end', () => {
  it('because of an abort leaves what it saved to the `after:` of the run, which goes on to its report', async () => {
    const { store, ports, server } = await unplanned({
      before: [order, get('/slow')],
      after: [get('/clean/{{ id }}')],
      answer: async url => {
        if (url !== '/slow') return
        await store.runs.abort(runId, 'Ctrl-C')
        await new Promise(() => {})
      },
    })
    await plan(ports)({ runId })
    await aggregate(ports)({ runId })
    expect(urls(server)).toEqual(['/order', '/slow', '/clean/7'])
  })

  it('because Plan has died is followed by `after:` in Aggregate, once nobody raises the beat', async () => {
    const { store, ports, server } = await unplanned({ before: [order], after: [get('/clean/{{ id }}')] })
    await noteBefore(store.objects, runId)
    await storeBefore(store.objects, runId, { id: 8 })
    let beats = 3
    const beating = async (_: number, signal?: AbortSignal) => {
      if (beats > 0) expect(urls(server)).toEqual([])
      if (beats-- > 0) await store.runs.beat(runId)
      await sleep(10, signal)
    }
    await watch(ports)({ runId, abort: 'the execution ended as FAILED' })
    for (let time = 0; time < 2; time++) await aggregate({ ...ports, sleep: beating })({ runId })
    expect(urls(server)).toEqual(['/clean/8'])
    expect(beats).toBeLessThan(0)
    expect(await store.runs.get(runId)).toMatchObject({ state: 'refused', headline: 'the execution ended as FAILED' })
    expect(await store.objects.get(keys.before(runId))).toBeUndefined()
  })

  it('before its run is given up is followed by `after:` in Plan', async () => {
    const { store, ports, server, headline } = await unplanned({
      before: [order],
      after: [get('/clean/{{ id }}'), get('/fails')],
      answer: async url => {
        if (url === '/order') await store.runs.update(runId, { state: 'refused', headline: 'given up' })
      },
    })
    await expect(plan(ports)({ runId })).rejects.toThrow(
      'the run was given up before it was planned: given up; after: ',
    )
    expect(urls(server)).toEqual(['/order', '/clean/7', '/fails'])
    expect(await headline()).toMatch(/^given up; after: GET \/fails: status 500/)
  })
})
