import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, apiHere } from './api-here.ts'

const limits = (most: number) => fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 6 })

/** Few moments, so that many runs share one; ids in no order. */
const runs = fc
  .uniqueArray(fc.stringMatching(/^[A-Za-z0-9][\w-]{0,11}$/), { maxLength: 30 })
  .chain(ids =>
    fc.tuple(
      ...ids.map(id => fc.record({ id: fc.constant(id), moment: fc.nat(4), scenario: fc.constantFrom('shop', 'pay') })),
    ),
  )

const record = ({ id, moment, scenario }: { id: string; moment: number; scenario: string }) => ({
  schema: 'squall.run.v1' as const,
  id,
  scenario,
  target: 'http://127.0.0.1:8080',
  command: 'a test',
  state: 'done' as const,
  createdAt: new Date(Date.UTC(2026, 0, 1) + moment * 1000).toISOString(),
})

type Page = {
  readonly runs?: readonly { id: string }[]
  readonly scenarios?: readonly { name: string }[]
  next?: string
}
type Ask = (method: string, path: string) => Promise<Answer>

/** Every page until the last, whose sizes are the limits over and over. Ends where a list would not. */
async function pagesOf(ask: Ask, path: string, sizes: readonly number[], between = async () => {}): Promise<Page[]> {
  const pages: Page[] = []
  for (let next: string | undefined = ''; next !== undefined; next = pages.at(-1)?.next) {
    expect(pages.length).toBeLessThan(100)
    const limit = sizes[pages.length % sizes.length]
    const answer = await ask('GET', `${path}limit=${limit}${next === '' ? '' : `&after=${encodeURIComponent(next)}`}`)
    expect(answer.status).toBe(200)
    pages.push(answer.json as Page)
    await between()
  }
  return pages
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

describe('the pages of a list', () => {
  it('of runs are the whole list, newest first and each run once, whatever their sizes and whatever is started', async () => {
    await fc.assert(
      fc.asyncProperty(runs, limits(12), fc.constantFrom(undefined, 'shop'), async (given, sizes, scenario) => {
        const { ask, store } = apiHere()
        for (const run of given) await store.runs.create(record(run))
        let later = 0
        const between = async () => {
          await store.runs.create(record({ id: `later-run-number-${later++}`, moment: 1000 + later, scenario: 'shop' }))
        }
        const filter = scenario === undefined ? '' : `scenario=${scenario}&`
        const pages = await pagesOf(ask, `/runs?${filter}`, sizes, between)
        const expected = given
          .filter(run => scenario === undefined || run.scenario === scenario)
          .toSorted((one, other) => other.moment - one.moment || byText(other.id, one.id))
        expect(pages.flatMap(page => (page.runs ?? []).map(({ id }) => id))).toEqual(expected.map(({ id }) => id))
        // None is larger than was asked for, and none but the last is smaller.
        const lengths = pages.map(page => page.runs?.length)
        const asked = pages.map((_, number) => sizes[number % sizes.length])
        expect(lengths.slice(0, -1)).toEqual(asked.slice(0, -1))
        expect(lengths.at(-1)).toBeLessThanOrEqual(asked.at(-1) ?? 0)
      }),
      { numRuns: 40 },
    )
  })

  it('of named documents are the whole list by name, each once, whatever their sizes', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^\w[\w.-]{0,11}$/), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(names, limits(12), async (given, sizes) => {
        const { ask, store } = apiHere()
        for (const name of given) await store.documents.put('scenario', name, { text: name })
        const pages = await pagesOf(ask, '/scenarios?', sizes)
        expect(pages.flatMap(page => (page.scenarios ?? []).map(({ name }) => name))).toEqual(given.toSorted(byText))
      }),
      { numRuns: 40 },
    )
  })
})

describe('a cursor that no list gave', () => {
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']

  it('is 400, however one that a list gave was damaged', async () => {
    const { ask, store, faults } = apiHere()
    for (const moment of [1, 2, 3]) await store.runs.create(record({ id: `run-${moment}`, moment, scenario: 'shop' }))
    const { next = '' } = (await ask('GET', '/runs?limit=1')).json as Page
    const places = fc.nat(next.length - 1)
    const damaged = fc.oneof(
      fc
        .tuple(places, fc.constantFrom(...alphabet))
        .map(([at, letter]) => next.slice(0, at) + letter + next.slice(at + 1)),
      fc.tuple(places, fc.constantFrom(...alphabet)).map(([at, letter]) => next.slice(0, at) + letter + next.slice(at)),
      places.map(at => next.slice(0, at)).filter(text => text !== ''),
      places.map(at => next.slice(0, at) + next.slice(at + 1)),
      places.map(at => next.slice(at) + next.slice(0, at)),
      fc.tuple(places, fc.string({ minLength: 1 })).map(([at, text]) => next.slice(0, at) + text + next.slice(at)),
      fc.constantFrom(`${next}=`, ` ${next}`, next.toLowerCase(), next + next),
      fc.string({ minLength: 1, unit: 'binary' }).filter(text => text.isWellFormed()),
    )
    await fc.assert(
      fc.asyncProperty(damaged, async text => {
        fc.pre(text !== next)
        const answer = await ask('GET', `/runs?limit=1&after=${encodeURIComponent(text)}`)
        expect(answer.status, text).toBe(400)
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
      }),
      { numRuns: 1000 },
    )
    expect((await ask('GET', `/runs?limit=1&after=${next}`)).status).toBe(200)
    expect(faults).toEqual([])
  })

  it.each(['', ' ', 'a b', '-a', 'a'.repeat(65), '%00', 'a%2Fb'])('is 400 for names: "%s"', async after => {
    expect((await apiHere().ask('GET', `/scenarios?after=${after}`)).status).toBe(400)
  })
})
