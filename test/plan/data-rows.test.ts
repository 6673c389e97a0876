import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { arrivalsBefore } from '../../lib/plan/arrivals.ts'
import { dataShortfalls, rowNumber, rowsNeeded, sliceRows } from '../../lib/plan/data-rows.ts'
import { usersOfSet } from '../../lib/plan/data-sections.ts'
import { dataSlice, decodeDataSlice, encodeDataSlice } from '../../lib/plan/data-slice.ts'
import { flowMix } from '../../lib/plan/flow-mix.ts'
import { eachIndex, iterationShare } from '../../lib/plan/iterations.ts'
import { arrivalLegSpan, firstIterationOfLeg, userLegSpan } from '../../lib/plan/legs.ts'
import type { Plan, PlannedPhase } from '../../lib/plan/plan.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { userSpans } from '../../lib/plan/users.ts'
import type { DataSet } from '../../lib/scenario/data-set.ts'
import type { LoadPhase } from '../../lib/scenario/load-phase.ts'
import { closed, dataSet, flow, get, iterations, open, phaseAt, plan, track } from './fixture.ts'

function startsIn(of: Plan, phase: PlannedPhase, leg: number): boolean {
  const { fromMs, toMs } = of.legs[leg] ?? { fromMs: 0, toMs: 0 }
  return phase.startMs >= fromMs && phase.startMs < toMs
}

type Drawn = { readonly shard: number; readonly leg: number; readonly who: string; readonly row: number | undefined }

/**
 * What the generators of a plan draw from a set, each iteration in its turn: a small engine without time, in which a
 * closed user runs so many iterations in each leg.
 */
function drawn(of: Plan, set: DataSet, iterationsPerUser = 3): Drawn[] {
  const found: Drawn[] = []
  for (const leg of of.legs.keys()) {
    for (let shard = 0; shard < of.shardCount; shard++) {
      let closedDraws = 0
      for (const [place, { mix: share }] of of.scenario.tracks.entries()) {
        const wholeTrack = of.scenario.tracks[place]
        if (wholeTrack === undefined) continue
        const mix = flowMix(wholeTrack, of.seed)
        const using = usersOfSet(of, place, set.name)
        const draw = { track: place, shard, leg }
        for (const phase of of.phases.filter(each => each.track === place)) {
          const at = { ...draw, phase: phase.index }
          const take = (who: string, more: { rank?: number; user?: number; k?: number }) =>
            found.push({ shard, leg, who, row: rowNumber(of, set, { ...at, ...more }) })
          const { fromUs, toUs } = arrivalLegSpan(of, leg, shard)
          if (phase.kind === 'open') {
            for (let i = arrivalsBefore(of, phase, fromUs); i < arrivalsBefore(of, phase, toUs); i++) {
              const rank = phase.rankOffset + i
              if (i % of.shardCount === shard && using.includes(mix.at(rank)))
                take(`arrival ${place} ${rank}`, { rank })
            }
          } else if (phase.kind === 'iterations' && startsIn(of, phase, leg)) {
            const own = iterationShare(of, phase, shard)
            const run = (index: number, user: number) => {
              const rank = phase.rankOffset + index
              const who = set.per === 'user' ? `late user ${place} ${user}` : `iteration ${place} ${rank}`
              if (using.includes(mix.at(rank))) take(who, { rank, user })
            }
            if (own.each)
              for (const user of own.users) for (let k = 0; k < own.count; k++) run(eachIndex(phase, user, k), user)
            else for (let i = own.first; i < own.count; i += own.step) run(i, own.users[i % own.users.length] ?? 0)
          }
        }
        for (const { user, fromUs, toUs, phase } of userSpans(of, place, shard)) {
          const stay = userLegSpan(of, leg, user)
          if (Math.max(fromUs, stay.fromUs) >= Math.min(toUs, stay.toUs)) continue
          for (let run = 0; run < iterationsPerUser; run++) {
            const k = firstIterationOfLeg(leg) + run
            const of_ = share === 'user' ? mix.at(user) : mix.at(user + k * 1000)
            if (!using.includes(of_)) continue
            const counter = set.per === 'iteration' && set.take === 'once' ? closedDraws++ : k
            const row = rowNumber(of, set, { ...draw, phase, user, k: counter })
            const who = set.per === 'user' ? `user ${place} ${user}` : `user ${place} ${user} ${leg} ${run} ${fromUs}`
            found.push({ shard, leg, who, row })
          }
        }
      }
    }
  }
  return found
}

const phases: fc.Arbitrary<readonly LoadPhase[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc
          .record({ a: fc.nat(20), b: fc.nat(20), ms: fc.integer({ min: 200, max: 3_000 }), poisson: fc.boolean() })
          .map(({ a, b, ms, poisson }) => open(a, b, ms, { arrivals: poisson ? 'poisson' : 'even' })),
        fc
          .record({ a: fc.nat(8), b: fc.nat(8), ms: fc.integer({ min: 200, max: 2_000 }) })
          .map(({ a, b, ms }) => closed(a, b, ms / 2, ms)),
      ),
      { maxLength: 3 },
    ),
    fc.option(
      fc
        .record({ count: fc.integer({ min: 1, max: 9 }), users: fc.integer({ min: 1, max: 5 }), each: fc.boolean() })
        .map(({ count, users, each }) => iterations(count, users, each, 1_000)),
    ),
  )
  .map(([list, last]) => (last === null ? list : [...list, last]))
  .filter(list => list.length > 0)

const set = fc.record({
  rowCount: fc.integer({ min: 0, max: 120 }),
  take: fc.constantFrom('once' as const, 'repeat' as const, 'shuffle' as const),
  per: fc.constantFrom('iteration' as const, 'user' as const),
})

const tracks = fc.record({
  main: phases,
  beside: fc.option(phases),
  mix: fc.constantFrom('user' as const, 'iteration' as const),
  a: fc.integer({ min: 1, max: 5 }),
  b: fc.integer({ min: 1, max: 5 }),
})

const inLegs = { local: false, legTimes: { ...CLOUD_LEG_TIMES, legMs: 1_200, leadMs: 0, changeMs: 200 } }
const manyPlans = fc
  .record({ tracks, set, shardCount: fc.integer({ min: 1, max: 5 }), cloud: fc.boolean() })
  .map(({ tracks: { main, beside, mix, a, b }, set: more, shardCount, cloud }) => {
    const data = [dataSet('account', more.rowCount, more)]
    const flows = [flow('reader', [get('/a', ['account'])], a), flow('other', [get('/b')], b)]
    const list = [track(main, { reader: a, other: b }, { mix })]
    if (beside !== null) list.push(track(beside, { reader: 1 }, { name: 'beside' }))
    return plan({ data, flows, tracks: list }, { shardCount, ...(cloud ? inLegs : {}) })
  })

function setOf(of: Plan): DataSet {
  const [first] = of.scenario.data
  if (first === undefined) throw new Error('no set')
  return first
}

describe('rows', () => {
  test.prop([manyPlans], { numRuns: 150 })(
    'taken once are taken by one only, whatever the shards, legs and tracks',
    of => {
      const once = { ...setOf(of), take: 'once' as const }
      const owner = new Map<number, string>()
      for (const { row, who } of drawn({ ...of, scenario: { ...of.scenario, data: [once] } }, once)) {
        if (row === undefined) continue
        expect(row).toBeGreaterThanOrEqual(0)
        expect(row).toBeLessThan(once.rowCount)
        expect(owner.get(row) ?? who).toBe(who)
        owner.set(row, who)
      }
    },
  )

  test.prop([manyPlans], { numRuns: 150 })('that a shard asks for are in its slice', of => {
    const set = setOf(of)
    const slices = new Map<string, ReadonlySet<number>>()
    for (const { shard, leg, row } of drawn(of, set)) {
      const key = `${leg} ${shard}`
      const slice = slices.get(key) ?? new Set(sliceRows(of, set, shard, leg))
      slices.set(key, slice)
      if (row !== undefined) expect(slice.has(row)).toBe(true)
    }
  })

  test.prop([manyPlans, fc.integer({ min: 1, max: 7 })], { numRuns: 100 })(
    'do not depend on the number of shards, except once per iteration in closed phases',
    (of, shardCount) => {
      const set = setOf(of)
      const byWho = (list: readonly Drawn[]) =>
        new Map(
          list
            .filter(({ who }) => !(set.take === 'once' && set.per === 'iteration' && who.startsWith('user')))
            // Which user runs a shared iteration is not fixed.
            .filter(({ who }) => !who.startsWith('late'))
            .map(({ who, row }) => [who, row]),
        )
      const { legs, changeMs, ...rest } = of
      const one = { ...rest, legs: legs.slice(0, 1).map(leg => ({ ...leg, toMs: of.loadMs })), changeMs: 0 }
      const other = byWho(drawn({ ...one, shardCount }, set))
      const alone = byWho(drawn({ ...one, shardCount: 1 }, set))
      expect(other.size).toBe(alone.size)
      for (const [who, row] of alone) expect(other.get(who)).toBe(row)
    },
  )

  test.prop([manyPlans], { numRuns: 100 })('that are needed are exactly enough', of => {
    const once = { ...setOf(of), take: 'once' as const }
    const needed = rowsNeeded(of, once)
    if (needed === undefined) return
    const enough = { ...once, rowCount: needed }
    const all = drawn({ ...of, scenario: { ...of.scenario, data: [enough] } }, enough)
    expect(all.every(({ row }) => row !== undefined)).toBe(true)
    const rows = new Set(all.map(({ row }) => row))
    const someUsersMayIdle = of.scenario.tracks.some(each => each.mix === 'iteration') || once.per === 'user'
    if (!someUsersMayIdle) expect(rows.size).toBe(needed)
  })

  test('shuffle gives each row once a pass, in another order every time', () => {
    const set = dataSet('account', 20, { take: 'shuffle' })
    const of = plan({
      data: [set],
      flows: [flow('main', [get('/', ['account'])])],
      tracks: [track([open(10, 10, 6_000)], { main: 1 })],
    })
    const rows = Array.from({ length: 60 }, (_, rank) =>
      rowNumber(of, set, { track: 0, phase: 0, shard: 0, leg: 0, rank }),
    )
    const passes = [rows.slice(0, 20), rows.slice(20, 40), rows.slice(40)]
    const sorted = Array.from({ length: 20 }, (_, row) => row)
    for (const pass of passes) expect(pass.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(sorted)
    expect(new Set(passes.map(String)).size).toBe(3)
  })

  test('of a set that is too small are counted before the run', () => {
    const flows = [flow('main', [get('/', ['account'])])]
    const tracks = [track([open(10, 10, 6_000)], { main: 1 })]
    const shortfalls = (rowCount: number, take: DataSet['take']) =>
      dataShortfalls(plan({ data: [dataSet('account', rowCount, { take })], flows, tracks }))
    expect(shortfalls(59, 'once')).toEqual([{ set: 'account', needed: 60, rows: 59 }])
    expect(shortfalls(60, 'once')).toEqual([])
    expect(shortfalls(0, 'repeat')).toEqual([{ set: 'account', needed: 1, rows: 0 }])
    expect(shortfalls(1, 'repeat')).toEqual([])
  })

  test('a huge schedule over a small set is sliced without walking all of it', () => {
    const set = dataSet('account', 100, { take: 'repeat' })
    const of = plan({
      data: [set],
      flows: [flow('main', [get('/', ['account'])])],
      tracks: [track([open(100_000, 100_000, 80_000_000)], { main: 1 })],
    })
    expect(phaseAt(of, 0).arrivals).toBe(8_000_000_000)
    expect(sliceRows(of, set, 0, 0)).toHaveLength(100)
  })
})

describe('a slice', () => {
  test('survives the road to a generator', () => {
    const slice = dataSlice('account', [1, 5], [{ x: 'a' }, { x: 'b\n"' }, { x: 3 }])
    expect(slice.rows).toEqual([[1, { x: 'b\n"' }]])
    expect(decodeDataSlice(encodeDataSlice(slice))).toEqual(slice)
    expect(() => decodeDataSlice(new TextEncoder().encode('{}'))).toThrow('not a data slice')
  })
})
