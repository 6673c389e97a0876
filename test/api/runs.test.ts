import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { keys } from '../../lib/store/keys.ts'
import { LONGEST_SILENCE_MS } from '../../lib/workflow/find-run.ts'
import { NeverStarted } from '../../lib/workflow/never-started.ts'
import type { RunRequest } from '../../lib/workflow/run-request.ts'
import { apiHere, scenario } from './api-here.ts'

const withKey = (key: string) => ({ 'idempotency-key': key })

describe('a start that fails', () => {
  /** The status of three starts, of which two may be under way, and what the first left. */
  async function startedBy(error: Error) {
    const { ask, ports, store } = apiHere()
    const { start } = ports.engine
    ports.engine.start = () => Promise.reject(error)
    const failed = await ask('POST', '/runs', { scenario: scenario() }, withKey('a'))
    const again = await ask('POST', '/runs', { scenario: scenario() }, withKey('a'))
    ports.engine.start = start
    const others = await Promise.all(
      ['b', 'c'].map(key => ask('POST', '/runs', { scenario: scenario() }, withKey(key))),
    )
    const { records } = await store.runs.list({ limit: 10 })
    return { failed, again, others: others.map(({ status }) => status).toSorted(), records }
  }

  it('for good gives its place back at once, and its run says why', async () => {
    const { failed, again, others, records } = await startedBy(new NeverStarted('access denied'))
    expect([failed.status, again.status]).toEqual([500, 202])
    expect(again.json).toMatchObject({ state: 'refused' })
    expect(others).toEqual([202, 202])
    expect(records.filter(({ state }) => state === 'refused')).toMatchObject([
      { headline: 'never started: access denied', endedAt: expect.any(String) },
    ])
  })

  it('in a way that leaves open whether it was begun keeps its place', async () => {
    const { failed, again, others, records } = await startedBy(new Error('no answer in time'))
    expect([failed.status, again.status]).toEqual([500, 500])
    expect(others).toEqual([202, 429])
    expect(records.map(({ state }) => state)).toEqual(['planned', 'planned'])
  })
})

describe('starting a run', () => {
  it('stores the request, starts the execution and says where everything will be', async () => {
    const { ask, store, started } = apiHere()
    const answer = await ask('POST', '/runs', { scenario: scenario(), command: 'squall run shop.yml --cloud' })
    expect(answer.status).toBe(202)
    const { id, links } = answer.json as { id: string; links: Record<string, string> }
    expect(started).toEqual([id])
    expect(links).toMatchObject({ self: `/v1/runs/${id}`, abort: `/v1/runs/${id}/abort` })
    expect(answer.headers.get('location')).toBe(links['self'])
    expect(await store.runs.get(id)).toMatchObject({
      scenario: 'shop',
      state: 'planned',
      startedBy: 'arn:aws:iam::000000000000:user/ann',
      command: 'squall run shop.yml --cloud',
      generators: 1,
      loadMs: 10_000,
      estimateUsd: expect.any(Number),
    })
    expect(await store.objects.get(keys.request(id))).toBeDefined()
  })

  it('takes YAML text as well, with variables of the run alone', async () => {
    const { ask } = apiHere()
    const text = 'squall: 1\ntarget: "{{ env.TARGET }}"\nsteps:\n  - get: /\n'
    expect((await ask('POST', '/runs', { scenario: text, env: { TARGET: 'http://127.0.0.1:8080' } })).status).toBe(202)
    process.env['SQUALL_TEST_TARGET'] = 'http://127.0.0.1:8080'
    const secret = await ask('POST', '/runs', { scenario: text.replace('TARGET', 'SQUALL_TEST_TARGET') })
    delete process.env['SQUALL_TEST_TARGET']
    expect(secret.status).toBe(400)
    expect(secret.text).toContain('SQUALL_TEST_TARGET')
  })

  it('takes numbers for texts where they say the same', async () => {
    const { ask, store } = apiHere()
    const text = 'vars: { n: 1 }\ntarget: http://127.0.0.1:8080\nsteps: [get: "/{{ vars.n }}"]\n'
    const answer = await ask('POST', '/runs', { scenario: text, set: { n: 7 }, overrides: { users: 5, for: '10s' } })
    expect(answer.status).toBe(202)
    const { id } = answer.json as { id: string }
    const { scenario: read } = await needArtifact<RunRequest>(store.objects, keys.request(id), 'squall.request.v1')
    expect(JSON.stringify(read.vars)).toBe('{"n":7}')
    expect(read.tracks[0]?.phases[0]).toMatchObject({ kind: 'closed', toUsers: 5, durationMs: 10_000 })
  })

  it.each([
    [{ overrides: { rate: '20' } }, 'body.overrides.rate', '"20" has no unit', '20/s'],
    [{ overrides: { rate: 20 } }, 'body.overrides.rate', '"20" has no unit', '20/s'],
    [
      { overrides: { rate: '20/s' } },
      'body.overrides.rate',
      'overrides.rate 20/s does not say for how long',
      '"overrides": {"rate":"20/s","for":"30s"}',
    ],
    [{ overrides: { users: 0 } }, 'body.overrides.users', 'overrides.users is 0', undefined],
    [{ set: { amont: 5 } }, 'body.set', 'set amont=5: the scenario has no variable "amont"', '"set": {"amount":"5"}'],
    [
      { environment: 'stagin' },
      'body.environment',
      'environment stagin: the scenario has no such environment',
      '"environment": "staging"',
    ],
  ])('tells what is wrong in %j by its place in the body', async (over, path, message, fix) => {
    const text =
      'vars: { amount: 1 }\nenvironments: { staging: { vars: { amount: 2 } } }\ntarget: http://h\nsteps: [get: /]\n'
    const answer = await apiHere().ask('POST', '/runs', { scenario: text, ...over })
    expect(answer.status).toBe(400)
    const { faults } = answer.json as { faults: readonly { fix?: string }[] }
    expect(faults[0]).toMatchObject({ path, message })
    expect(faults[0]?.fix).toBe(fix)
  })

  it('says of a file that did not come along how it does', async () => {
    const text = 'target: http://127.0.0.1:8080\ndata: { people: people.csv }\nsteps: [get: "/{{ people.name }}"]\n'
    const answer = await apiHere().ask('POST', '/runs', { scenario: text })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({
      faults: [
        {
          message: 'the file "people.csv" did not come with the request',
          expected:
            '"files": { "people.csv": SHA-256 } beside the scenario, of bytes that were put where POST /v1/uploads says',
        },
      ],
    })
  })

  it('is the same run for the same caller, key and request', async () => {
    const { ask, started } = apiHere()
    const [one, two] = [
      await ask('POST', '/runs', { scenario: scenario() }, withKey('a')),
      await ask('POST', '/runs', { scenario: scenario() }, withKey('a')),
    ]
    expect(two.status).toBe(202)
    expect((two.json as { id: string }).id).toBe((one.json as { id: string }).id)
    expect(new Set(started).size).toBe(1)
    const other = await ask('POST', '/runs', { scenario: scenario({ name: 'other' }) }, withKey('a'))
    expect(other.status).toBe(422)
    expect(other.text).toContain('Idempotency-Key')
  })

  it('is one run, whoever asks at the same time', async () => {
    const { ask, started } = apiHere()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask('POST', '/runs', { scenario: scenario() }, withKey('a'))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(started).size).toBe(1)
  })

  it('is made whole by the repetition of a request that died on the way', async () => {
    const { ask, store, started } = apiHere()
    const { id } = (await ask('POST', '/runs', { scenario: scenario() }, withKey('a'))).json as { id: string }
    await store.objects.delete(keys.request(id))
    started.length = 0
    expect((await ask('POST', '/runs', { scenario: scenario() }, withKey('a'))).status).toBe(202)
    expect(await store.objects.get(keys.request(id))).toBeDefined()
    expect(started).toEqual([id])
  })

  it('is refused where as many runs are under way as the deployment allows', async () => {
    const { ask, store } = apiHere()
    const first = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    await ask('POST', '/runs', { scenario: scenario() })
    expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(429)
    await store.runs.update(first.id, { state: 'done' })
    expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(202)
  })

  it('is started exactly as often as is allowed, however many ask at once', async () => {
    const { ask, started } = apiHere()
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await ask('POST', '/runs', { scenario: scenario() })).status),
    )
    expect(statuses.toSorted()).toEqual([202, 202, 429, 429, 429, 429, 429, 429])
    expect(started).toHaveLength(2)
  })

  it('counts a run that goes on for long, however many were started after it', async () => {
    let nowMs = Date.now()
    const { ask, store } = apiHere({ epochMs: () => nowMs })
    const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    await store.runs.update(id, { state: 'running' })
    for (let number = 0; number < 110; number++) {
      const more = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
      await store.runs.update(more.id, { state: 'done' })
    }
    nowMs = Date.now() + 3_600_000
    await ask('POST', '/runs', { scenario: scenario() })
    // Its watcher beats by its own clock.
    nowMs = Date.now()
    await store.runs.beat(id)
    expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(429)
  })

  it('is not refused for runs that say they go on, and have not been watched for long', async () => {
    let nowMs = Date.now()
    const { ask, store } = apiHere({ epochMs: () => nowMs })
    for (const _ of ['one', 'two']) {
      const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
      await store.runs.update(id, { state: 'running' })
    }
    nowMs += 600_000
    expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(429)
    nowMs = Date.now() + LONGEST_SILENCE_MS + 30_000
    expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(202)
  })

  it.each(['planned', 'running'] as const)(
    'is refused for runs that are %s, old, and as silent as a run may be between two beats',
    async state => {
      let nowMs = Date.now() - 7_200_000
      const { ask, store } = apiHere({ epochMs: () => nowMs })
      for (const _ of ['one', 'two']) {
        const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
        await store.runs.update(id, { state })
        await store.runs.beat(id)
      }
      nowMs = Date.now() + 600_000
      expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(429)
      nowMs = Date.now() + LONGEST_SILENCE_MS + 30_000
      expect((await ask('POST', '/runs', { scenario: scenario() })).status).toBe(202)
    },
  )

  it("takes labels over the scenario's", async () => {
    const { ask, store } = apiHere()
    const labels = { team: 'shop', build: '1' }
    const posted = { scenario: scenario({ labels }), labels: { build: '2' } }
    const { id } = (await ask('POST', '/runs', posted)).json as { id: string }
    const request = await needArtifact<RunRequest>(store.objects, keys.request(id), 'squall.request.v1')
    expect(request.scenario.labels).toEqual({ team: 'shop', build: '2' })
  })

  it("keeps the caller's budget with the request, for the time while the run goes on", async () => {
    const { ask, store } = apiHere()
    const { id } = (await ask('POST', '/runs', { scenario: scenario(), estimateUsdMax: 0.5 })).json as { id: string }
    const request = await needArtifact<RunRequest>(store.objects, keys.request(id), 'squall.request.v1')
    expect(request.estimateUsdMax).toBe(0.5)
  })

  it.each([
    [
      'every fault of a scenario',
      { steps: [{ gett: '/' }], load: [{ rate: 'many', for: '1s' }] },
      400,
      ['gett', 'many'],
    ],
    ['a target, and a request elsewhere', { target: 'http://10.0.0.1:8080' }, 403, ['10.0.0.1']],
    ['a budget', { budget: '0.000001 USD' }, 422, ['budget']],
    ['a ceiling', { load: [{ rate: '5000/s', for: '10s' }] }, 422, ['5,000']],
    ['a fault before a target', { target: 'http://10.0.0.1:8080', load: [{ rate: 'many', for: '1s' }] }, 400, ['many']],
    ['a target before a budget', { target: 'http://10.0.0.1:8080', budget: '0.000001 USD' }, 403, ['10.0', 'budget']],
  ] as const)('is refused for %s, and nothing is stored', async (_, change, status, told) => {
    const { ask, started, store } = apiHere()
    const answer = await ask('POST', '/runs', { scenario: scenario(change) })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    for (const part of told) expect(answer.text).toContain(part)
    expect(started).toEqual([])
    expect((await store.runs.list({ limit: 1 })).records).toEqual([])
  })

  it('reads data from uploads, and names those that are missing', async () => {
    const { ask, store } = apiHere()
    const bytes = new TextEncoder().encode('name\nann\nbob\n')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const posted = {
      scenario: scenario({ data: { people: { file: 'people.csv' } }, steps: [{ get: '/{{ people.name }}' }] }),
      files: { 'people.csv': sha256 },
    }
    expect((await ask('POST', '/uploads', { sha256, bytes: bytes.length })).json).toMatchObject({
      exists: false,
      headers: { 'x-sum': sha256 },
    })
    for (const wrong of [{ sha256 }, { sha256, bytes: 100_000_001 }, { sha256, bytes: -1 }])
      expect(await ask('POST', '/uploads', wrong)).toMatchObject({
        status: 400,
        json: { faults: [{ path: 'body.bytes' }] },
      })
    expect((await ask('POST', '/runs', posted)).text).toContain(`there is no upload ${sha256}`)
    await store.objects.put(keys.upload(sha256), bytes)
    expect((await ask('POST', '/uploads', { sha256, bytes: bytes.length })).json).toEqual({ exists: true })
    expect((await ask('POST', '/runs', posted)).status).toBe(202)
  })
})

describe('what a request must be', () => {
  it.each([
    ['no JSON', '{', { 'content-type': 'application/json' }, 400],
    ['no body of a type', '{}', { 'content-type': 'text/plain' }, 415],
    ['an unknown key', { scenario: scenario(), colour: 'red' }, {}, 400],
    ['no scenario', {}, {}, 400],
    ['too large', { scenario: 'x'.repeat(5_100_000) }, {}, 413],
    ['an empty Idempotency-Key', { scenario: scenario() }, { 'idempotency-key': '' }, 400],
  ] as const)('%s is a problem', async (_, body, headers, status) => {
    const { ask, faults } = apiHere()
    const answer = await ask('POST', '/runs', body, headers)
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({ type: 'about:blank', status, detail: expect.any(String) })
    expect(faults).toEqual([])
  })

  it('of any other kind is told apart from a fault of ours', async () => {
    const broken = apiHere({
      runs: { ...apiHere().store.runs, get: () => Promise.reject(new Error('a secret inside')) },
    })
    const answer = await broken.ask('GET', '/runs/a')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('secret')
    expect(broken.faults).toHaveLength(1)
    expect((await broken.ask('GET', '/nowhere')).status).toBe(404)
  })
})

describe('following a run', () => {
  it('lists by page and by scenario, reads one, and knows none that is not there', async () => {
    const { ask } = apiHere({ epochMs: Date.now })
    for (const name of ['one', 'two']) await ask('POST', '/runs', { scenario: scenario({ name }) })
    const first = (await ask('GET', '/runs?limit=1')).json as { runs: { id: string }[]; next: string }
    const second = (await ask('GET', `/runs?limit=1&after=${first.next}`)).json as typeof first
    expect([first.runs.length, second.runs.length, second.next]).toEqual([1, 1, undefined])
    expect(first.runs[0]?.id).not.toBe(second.runs[0]?.id)
    expect((await ask('GET', '/runs?scenario=two')).json).toMatchObject({ runs: [{ scenario: 'two' }] })
    expect((await ask('GET', '/runs?limit=many')).status).toBe(400)
    expect((await ask('GET', '/runs?after=x')).status).toBe(400)
    expect((await ask('GET', `/runs/${first.runs[0]?.id}`)).json).toMatchObject({ state: 'planned' })
    for (const part of ['', '/verdict', '/summary', '/report.html', '/live', '/plan'])
      expect((await ask('GET', `/runs/nobody${part}`)).status).toBe(404)
  })

  it('reads what the workflow has left, and says what is not there yet', async () => {
    const { ask, store } = apiHere()
    const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    for (const part of ['verdict', 'summary', 'report.html', 'live', 'plan'])
      expect((await ask('GET', `/runs/${id}/${part}`)).status).toBe(404)
    await putArtifact(store.objects, keys.plan(id), { schema: 'squall.plan.v1' })
    await putArtifact(store.objects, keys.report(id, 'report.json'), { schema: 'squall.report.v1' })
    await store.objects.put(keys.report(id, 'report.html'), new TextEncoder().encode('<p>ü'))
    await store.runs.finish(
      id,
      { state: 'done', verdict: 'pass' },
      {
        schema: 'squall.verdict.v1',
        runId: id,
        scenario: 'shop',
        result: 'pass',
        reasons: [],
        headline: 'PASS',
        thresholds: [],
        endedAt: '2026-01-01T00:00:00.000Z',
      },
    )
    expect((await ask('GET', `/runs/${id}/verdict`)).json).toMatchObject({ result: 'pass' })
    expect((await ask('GET', `/runs/${id}/plan`)).json).toEqual({ schema: 'squall.plan.v1' })
    expect((await ask('GET', `/runs/${id}/summary`)).json).toEqual({ schema: 'squall.report.v1' })
    const html = await ask('GET', `/runs/${id}/report.html`)
    expect([html.headers.get('content-type'), html.text]).toEqual(['text/html; charset=utf-8', '<p>ü'])
  })

  it.each(['planned', 'running'] as const)(
    'a run that is %s and silent for longer than any task may take is lost',
    async state => {
      let laterMs = 0
      const { ask, store } = apiHere({ epochMs: () => Date.now() + laterMs })
      const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
      await store.runs.update(id, { state })
      const told = async () => {
        const one = (await ask('GET', `/runs/${id}`)).json as { state: string }
        const { runs } = (await ask('GET', '/runs')).json as { runs: { state: string }[] }
        return [one.state, ...runs.map(run => run.state)]
      }
      laterMs = LONGEST_SILENCE_MS - 30_000
      expect(await told()).toEqual([state, state])
      laterMs = LONGEST_SILENCE_MS + 30_000
      expect(await told()).toEqual(['lost', 'lost'])
      // That is how it looks; who finds it still at work stops it all the same.
      expect((await ask('POST', `/runs/${id}/abort`, {})).status).toBe(202)
      expect((await store.runs.control(id))?.abort).toBeDefined()
      await store.runs.update(id, { state: 'done' })
      expect(await told()).toEqual(['done', 'done'])
    },
  )

  it('aborts a run that goes on, with who did it, and leaves one that has ended as it is', async () => {
    const { ask, store } = apiHere()
    const { id } = (await ask('POST', '/runs', { scenario: scenario() })).json as { id: string }
    expect((await ask('POST', `/runs/${id}/abort`, { reason: 'seen enough' })).status).toBe(202)
    expect((await store.runs.control(id))?.abort).toBe('seen enough (arn:aws:iam::000000000000:user/ann)')
    await store.runs.update(id, { state: 'done' })
    expect((await ask('POST', `/runs/${id}/abort`, {})).status).toBe(200)
    expect((await store.runs.control(id))?.abort).toContain('seen enough')
  })
})
