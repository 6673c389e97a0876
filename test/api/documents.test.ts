import { createHash } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createApi } from '../../lib/api/app.ts'
import { scheduledStart, startScheduled } from '../../lib/api/schedules.ts'
import { keys } from '../../lib/store/keys.ts'
import { ApiClient } from '../../lib/workflow/api-client.ts'
import { putSchedule } from '../../lib/workflow/cloud-schedules.ts'
import { unsigned } from '../../lib/workflow/request-signer.ts'
import { apiHere, scenario } from './api-here.ts'

const fileOf = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}
const withPeople = { data: { people: { file: 'people.csv' } }, steps: [{ get: '/{{ people.name }}' }] }

describe('a stored scenario', () => {
  it('is kept, changed by who has seen it last, listed and removed', async () => {
    const { ask } = apiHere()
    const made = await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"'])
    expect((await ask('PUT', '/scenarios/shop', { scenario: scenario() }, { 'if-match': '"1"' })).status).toBe(200)
    expect((await ask('PUT', '/scenarios/shop', { scenario: scenario() }, { 'if-match': '"1"' })).status).toBe(412)
    expect((await ask('PUT', '/scenarios/shop', { scenario: scenario() }, { 'if-match': 'x' })).status).toBe(400)
    expect((await ask('GET', '/scenarios/shop')).json).toMatchObject({ name: 'shop', version: 2 })
    expect((await ask('GET', '/scenarios?limit=1')).json).toMatchObject({ scenarios: [{ name: 'shop' }] })
    expect((await ask('DELETE', '/scenarios/shop')).status).toBe(204)
    expect((await ask('DELETE', '/scenarios/shop')).status).toBe(404)
    expect((await ask('GET', '/scenarios/shop')).status).toBe(404)
  })

  it('is not made by who asks to change one', async () => {
    const { ask } = apiHere()
    expect((await ask('PUT', '/scenarios/shop', { scenario: scenario() }, { 'if-match': '*' })).status).toBe(412)
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    expect((await ask('PUT', '/scenarios/shop', { scenario: scenario() }, { 'if-match': '*' })).status).toBe(200)
  })

  it('is on a page of the list that an answer of Lambda can hold', async () => {
    const { ask, store } = apiHere()
    const names = Array.from({ length: 20 }, (_, at) => `s${String(at).padStart(2, '0')}`)
    for (const name of names) await store.documents.put('scenario', name, { text: 'x'.repeat(370_000) })
    const listed: string[] = []
    for (let after: string | undefined = ''; after !== undefined; ) {
      const answer = await ask('GET', `/scenarios${after === '' ? '' : `?after=${after}`}`)
      expect(Buffer.byteLength(JSON.stringify(answer.text))).toBeLessThan(6_000_000)
      const page = answer.json as { scenarios: { name: string }[]; next?: string }
      listed.push(...page.scenarios.map(({ name }) => name))
      after = page.next
    }
    expect(listed).toEqual(names)
  })

  it('names every upload that is missing', async () => {
    const { ask } = apiHere()
    const files = { 'a.csv': '0'.repeat(64), 'b.csv': '1'.repeat(64) }
    const answer = await ask('PUT', '/scenarios/shop', { scenario: scenario(), files })
    expect(answer.status).toBe(400)
    for (const sha256 of Object.values(files)) expect(answer.text).toContain(sha256)
  })

  it('is refused with its faults, and under no name that a URL could not hold', async () => {
    const { ask } = apiHere()
    const bad = await ask('PUT', '/scenarios/shop', { scenario: scenario({ steps: [{ gett: '/' }] }) })
    expect(bad.status).toBe(400)
    expect(bad.text).toContain('gett')
    expect((await ask('PUT', '/scenarios/a%2Fb', { scenario: scenario() })).status).toBe(400)
  })

  it('is run by its name, with what the run says over it', async () => {
    const { ask, store } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    const { id } = (
      await ask('POST', '/runs', { scenario: { name: 'shop' }, overrides: { target: 'http://127.0.0.2:8080' } })
    ).json as { id: string }
    expect(await store.runs.get(id)).toMatchObject({ scenario: 'shop', target: 'http://127.0.0.2:8080' })
    expect((await ask('POST', '/runs', { scenario: { name: 'nothing' } })).status).toBe(404)
  })
})

describe('the files of a stored scenario', () => {
  const one = fileOf('name\nann\n')
  const other = fileOf('name\nbob\n')

  /** An API whose store has both uploads, and a scenario that is kept with the first. */
  async function kept() {
    const here = apiHere()
    for (const { sha256, bytes } of [one, other]) await here.store.objects.put(keys.upload(sha256), bytes)
    const put = (sha256: string, headers = {}) =>
      here.ask('PUT', '/scenarios/shop', { scenario: scenario(withPeople), files: { 'people.csv': sha256 } }, headers)
    expect((await put(one.sha256)).status).toBe(201)
    return { ...here, put, copies: () => here.store.objects.list('kept/') }
  }

  it('are there when their uploads have expired', async () => {
    const { ask, store } = await kept()
    await store.objects.delete(keys.upload(one.sha256))
    expect((await ask('POST', '/runs', { scenario: { name: 'shop' } })).status).toBe(202)
    const more = { scenario: { name: 'shop' }, files: { 'people.csv': other.sha256 } }
    expect((await ask('POST', '/estimates', more)).status).toBe(200)
    const { id } = (await ask('POST', '/runs', more)).json as { id: string }
    const rows = await store.objects.get(keys.rows(id, 'people'))
    expect(new TextDecoder().decode(rows)).toContain('bob')
  })

  it('go with what names them: a change leaves those of the last one, a removal none', async () => {
    const { ask, put, copies } = await kept()
    const first = await copies()
    expect(first).toHaveLength(1)
    expect((await put(other.sha256)).status).toBe(200)
    expect(await copies()).toEqual([expect.stringContaining(other.sha256)])
    expect((await put(one.sha256, { 'if-match': '"1"' })).status).toBe(412)
    expect(await copies()).toEqual([expect.stringContaining(other.sha256)])
    await Promise.all([put(one.sha256), put(other.sha256), put(one.sha256), put(other.sha256)])
    expect(await copies()).toHaveLength(1)
    expect((await ask('POST', '/runs', { scenario: { name: 'shop' } })).status).toBe(202)
    expect((await ask('DELETE', '/scenarios/shop')).status).toBe(204)
    expect(await copies()).toEqual([])
  })

  it('are copied where a scenario is kept under a second name, each with its own', async () => {
    const { ask, store, copies } = await kept()
    expect((await ask('PUT', '/scenarios/more', { scenario: { name: 'shop' } })).status).toBe(201)
    await store.objects.delete(keys.upload(one.sha256))
    expect(await copies()).toHaveLength(2)
    expect((await ask('DELETE', '/scenarios/shop')).status).toBe(204)
    expect((await ask('POST', '/runs', { scenario: { name: 'more' } })).status).toBe(202)
  })

  it.each([
    ['a change', {}, 200],
    ['a change of what was seen', { 'if-match': '"1"' }, 412],
  ])('stay where %s was written twice, because the answer to the first write was lost', async (_, headers, status) => {
    const { ask, put, store } = await kept()
    const write = store.documents.put.bind(store.documents)
    store.documents.put = async (...given) => {
      await write(...given)
      return write(...given)
    }
    expect((await put(other.sha256, headers)).status).toBe(status)
    for (const { sha256 } of [one, other]) await store.objects.delete(keys.upload(sha256))
    const { id } = (await ask('POST', '/runs', { scenario: { name: 'shop' } })).json as { id: string }
    expect(new TextDecoder().decode(await store.objects.get(keys.rows(id, 'people')))).toContain('bob')
  })

  it('are not left behind by a scenario that is too large', async () => {
    const { ask, copies } = await kept()
    const before = await copies()
    const files = { 'people.csv': one.sha256 }
    const large = { scenario: scenario(withPeople), files, env: { NOTE: 'x'.repeat(400_000) } }
    const answer = await ask('PUT', '/scenarios/shop', large)
    expect(answer.status).toBe(413)
    expect(await copies()).toEqual(before)
  })

  it('stay behind where they cannot be removed, which is told and fails nothing', async () => {
    const { ask, store, copies, faults } = await kept()
    const remove = store.objects.delete.bind(store.objects)
    store.objects.delete = async () => Promise.reject(new Error('not now'))
    expect((await ask('DELETE', '/scenarios/shop')).status).toBe(204)
    store.objects.delete = remove
    expect(faults).toMatchObject([{ message: 'not now' }])
    expect(await copies()).toHaveLength(1)
  })
})

describe('a schedule', () => {
  const schedule = { expression: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin', scenario: 'shop' }

  it('is kept here and where it is fired, and removed from both', async () => {
    const { ask, schedules } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    expect((await ask('PUT', '/schedules/nightly', schedule)).status).toBe(201)
    expect(schedules.get('nightly')).toMatchObject({ ...{ expression: schedule.expression }, enabled: true })
    expect((await ask('PUT', '/schedules/nightly', { ...schedule, enabled: false })).status).toBe(200)
    expect(schedules.get('nightly')?.enabled).toBe(false)
    expect((await ask('GET', '/schedules')).json).toMatchObject({ schedules: [{ name: 'nightly', scenario: 'shop' }] })
    expect((await ask('DELETE', '/schedules/nightly')).status).toBe(204)
    expect(schedules.size).toBe(0)
  })

  it.each([
    ['an expression', { expression: 'cron(0 25 * * ? *)' }],
    ['another expression', { expression: 'every night' }],
    ['a time zone', { timeZone: 'Europe/Berln' }],
    ['a scenario', { scenario: 'nothing' }],
  ])('is refused for %s', async (_, change) => {
    const { ask, schedules } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    expect((await ask('PUT', '/schedules/nightly', { ...schedule, ...change })).status).toBe(400)
    expect(schedules.size).toBe(0)
  })

  it('that is kept while its scenario is being removed keeps it', async () => {
    const { ask, store, schedules } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    const remove = store.documents.delete.bind(store.documents)
    // It has been asked who uses it: nobody.
    store.documents.delete = async (...given) => {
      store.documents.delete = remove
      expect((await ask('PUT', '/schedules/nightly', schedule)).status).toBe(201)
      return remove(...given)
    }
    const refused = await ask('DELETE', '/scenarios/shop')
    expect([refused.status, refused.json]).toEqual([
      409,
      expect.objectContaining({ detail: expect.stringMatching(/nightly/) }),
    ])
    expect((await ask('GET', '/scenarios/shop')).json).toMatchObject({ name: 'shop', scenario: scenario() })
    expect([...schedules.keys()]).toEqual(['nightly'])
  })

  it('is refused whose scenario is removed while it is being kept', async () => {
    const { ask, store, schedules } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    const put = store.documents.put.bind(store.documents)
    // Its scenario has been found.
    store.documents.put = async (...given) => {
      store.documents.put = put
      expect((await ask('DELETE', '/scenarios/shop')).status).toBe(204)
      return put(...given)
    }
    expect((await ask('PUT', '/schedules/nightly', schedule)).status).toBe(409)
    expect((await ask('GET', '/schedules')).json).toEqual({ schedules: [] })
    expect(schedules.size).toBe(0)
  })

  it('never stands without its scenario, whoever was faster', async () => {
    for (let round = 0; round < 20; round++) {
      const { ask, ports, store } = apiHere()
      await ask('PUT', '/scenarios/shop', { scenario: scenario() })
      // Each call of the store waits a few turns, other ones in each round.
      let turns = round
      const documents = ports.documents
      for (const name of ['get', 'put', 'delete', 'list'] as const) {
        const call: (...given: never[]) => Promise<unknown> = documents[name].bind(documents)
        const slow = async (...given: never[]) => {
          turns = (turns * 7 + 3) % 11
          for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
          return call(...given)
        }
        Object.assign(documents, { [name]: slow })
      }
      await Promise.all([ask('PUT', '/schedules/nightly', schedule), ask('DELETE', '/scenarios/shop')])
      const kept = await store.documents.get('schedule', 'nightly')
      if (kept !== undefined) expect(await store.documents.get('scenario', 'shop')).toBeDefined()
    }
  })

  it('keeps its scenario from being removed, whose refusal names every schedule that uses it', async () => {
    const { ask } = apiHere()
    for (const name of ['shop', 'other']) await ask('PUT', `/scenarios/${name}`, { scenario: scenario() })
    // More than a page of the store, the scenario's own among the last.
    for (let number = 100; number < 205; number += 1)
      await ask('PUT', `/schedules/other-${number}`, { ...schedule, scenario: 'other', enabled: false })
    await ask('PUT', '/schedules/weekly', { ...schedule, enabled: false })
    await ask('PUT', '/schedules/zero', schedule)
    const refused = await ask('DELETE', '/scenarios/shop')
    expect(refused.status).toBe(409)
    expect(refused.json).toMatchObject({
      detail: 'the scenario "shop" is used by the schedules weekly, zero',
      faults: [{ fix: 'DELETE /v1/schedules/weekly first' }, { fix: 'DELETE /v1/schedules/zero first' }],
    })
    expect((await ask('GET', '/scenarios/shop')).status).toBe(200)
    for (const name of ['weekly', 'zero']) await ask('DELETE', `/schedules/${name}`)
    expect((await ask('DELETE', '/scenarios/shop')).status).toBe(204)
  })

  it('is only checked where that is asked, and nothing is kept', async () => {
    const { ask, ports, schedules } = apiHere()
    const checked = (change: object) => ask('PUT', '/schedules/nightly?check=only', { ...schedule, ...change })
    expect(await checked({ scenario: 'not-kept-yet' })).toMatchObject({ status: 204, text: '' })
    expect(await checked({ expression: 'rate(0 days)' })).toMatchObject({
      status: 400,
      json: { faults: [{ path: 'body.expression' }] },
    })
    expect(schedules.size).toBe(0)
    expect((await ask('GET', '/schedules/nightly')).status).toBe(404)
    expect((await ask('PUT', '/scenarios/shop?check=only', { scenario: scenario() })).status).toBe(400)
    const { scheduler: _, ...without } = ports
    const asked = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(schedule),
    }
    expect((await createApi(without, () => {}).request('/schedules/a?check=only', asked)).status).toBe(501)
  })

  it('that is refused leaves the scenario that was kept before it as it was', async () => {
    const { ask, app, store } = apiHere()
    await ask('PUT', '/scenarios/nightly', { scenario: scenario({ name: 'before' }) })
    const client = new ApiClient({ url: new URL('http://127.0.0.1/'), sign: unsigned })
    const text = JSON.stringify(scenario({ name: 'after' }))
    const upload = { scenario: {} as never, text, env: {}, files: {}, contents: new Map<string, Uint8Array>() }
    vi.stubGlobal('fetch', (url: URL, init: RequestInit) => app.request(`${url.pathname}${url.search}`, init))
    onTestFinished(() => void vi.unstubAllGlobals())
    const times = (expression: string) => ({ expression, timeZone: 'UTC' })
    await expect(putSchedule(client, 'nightly', upload, times('every night'))).rejects.toMatchObject({ status: 400 })
    expect((await store.documents.get('scenario', 'nightly'))?.version).toBe(1)
    await putSchedule(client, 'nightly', upload, times('rate(1 day)'))
    expect(await store.documents.get('scenario', 'nightly')).toMatchObject({ version: 2, body: { scenario: text } })
    expect((await ask('GET', '/schedules/nightly')).json).toMatchObject({ scenario: 'nightly' })
  })

  it('that the scheduler refuses is as it was, here and there', async () => {
    const { ask, ports, schedules } = apiHere()
    const { scheduler } = ports
    if (scheduler === undefined) throw new Error('there is a scheduler')
    const works = scheduler.put
    const fails = async () => Promise.reject(new Error('no more schedules'))
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    scheduler.put = fails
    expect((await ask('PUT', '/schedules/nightly', schedule)).status).toBe(500)
    expect((await ask('GET', '/schedules/nightly')).status).toBe(404)
    scheduler.put = works
    expect((await ask('PUT', '/schedules/nightly', schedule)).status).toBe(201)
    // The answer is lost: what fires has been changed.
    let lost = 0
    scheduler.put = async (name, times) => {
      await works(name, times)
      if (lost++ === 0) throw new Error('no answer')
    }
    expect((await ask('PUT', '/schedules/nightly', { ...schedule, expression: 'rate(1 day)' })).status).toBe(500)
    expect((await ask('GET', '/schedules/nightly')).json).toMatchObject({ expression: schedule.expression })
    expect(schedules.get('nightly')?.expression).toBe(schedule.expression)
  })

  it('says the same here and there after changes at the same time', async () => {
    const { ask, ports, schedules } = apiHere()
    const { scheduler } = ports
    if (scheduler === undefined) throw new Error('there is a scheduler')
    const works = scheduler.put
    // The first to tell is told last.
    let waitMs = 60
    scheduler.put = async (name, times) => {
      waitMs -= 20
      await new Promise(resolve => setTimeout(resolve, Math.max(0, waitMs)))
      await works(name, times)
    }
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    const rates = ['rate(1 day)', 'rate(2 days)', 'rate(3 days)']
    await Promise.all(rates.map(expression => ask('PUT', '/schedules/nightly', { ...schedule, expression })))
    const { expression } = (await ask('GET', '/schedules/nightly')).json as { expression: string }
    expect(schedules.get('nightly')?.expression).toBe(expression)
    await Promise.all([
      ask('PUT', '/schedules/nightly', { ...schedule, expression: 'rate(4 days)' }),
      ask('DELETE', '/schedules/nightly'),
    ])
    expect(schedules.has('nightly')).toBe((await ask('GET', '/schedules/nightly')).status === 200)
  })

  it('starts one run for each of its times, however often it is fired', async () => {
    const { ask, ports, started, store } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario() })
    await ask('PUT', '/schedules/nightly', schedule)
    const event = scheduledStart.parse({ squallSchedule: 'nightly', scheduledTime: '2026-01-01T01:00:00Z' })
    const id = await startScheduled(ports, event)
    expect(await startScheduled(ports, event)).toBe(id)
    expect(new Set(started)).toEqual(new Set([id]))
    expect(await store.runs.get(id)).toMatchObject({ schedule: 'nightly', startedBy: 'schedule nightly' })
    expect(await startScheduled(ports, { ...event, scheduledTime: '2026-01-02T01:00:00Z' })).not.toBe(id)
  })

  it('whose run is refused says why', async () => {
    const { ask, ports } = apiHere()
    await ask('PUT', '/scenarios/shop', { scenario: scenario({ target: 'http://10.0.0.1:8080' }) })
    await ask('PUT', '/schedules/nightly', schedule)
    const event = { squallSchedule: 'nightly', scheduledTime: '2026-01-01T01:00:00Z' }
    await expect(startScheduled(ports, event)).rejects.toThrow(/10\.0\.0\.1/)
    await expect(startScheduled(ports, { ...event, squallSchedule: 'x' })).rejects.toThrow('there is no schedule "x"')
  })
})

it('a baseline is a run that has a verdict', async () => {
  const { ask } = apiHere()
  expect((await ask('PUT', '/baselines/shop', { runId: 'nobody' })).status).toBe(400)
})

it('an estimate tells what is above a limit beside the figures, and refuses what cannot be run', async () => {
  const { ask, started } = apiHere()
  expect((await ask('POST', '/estimates', { scenario: scenario() })).json).toMatchObject({
    generators: 1,
    loadMs: 10_000,
    totalUsd: expect.any(Number),
    refusals: [],
  })
  const dear = await ask('POST', '/estimates', { scenario: scenario({ budget: '0.000001 USD' }) })
  expect(dear.json).toMatchObject({ generators: 1, refusals: [{ path: 'budget' }] })
  expect((await ask('POST', '/estimates', { scenario: scenario({ target: 'http://10.0.0.1:80' }) })).status).toBe(403)
  expect((await ask('POST', '/estimates', { scenario: { squall: 1 } })).status).toBe(400)
  expect(started).toEqual([])
})
