import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { sliceRows } from '../../lib/plan/data-rows.ts'
import { legSliceRows, sliceLeg } from '../../lib/plan/leg-slices.ts'
import { CLOUD_LEG_TIMES } from '../../lib/plan/plan-legs.ts'
import { dataSet, flow, get, plan as makePlan, open, track } from './fixture.ts'

const users = dataSet('users', 500, { take: 'once' })
const flows = [flow('main', [get('/{{ users.x }}', ['users'])])]

function planned(legs: number, shardCount: number) {
  const legTimes = { ...CLOUD_LEG_TIMES, legMs: 1000, changeMs: 100, leadMs: 0 }
  const tracks = [track([open(5, 5, legs * 1000)], { main: 1 })]
  return makePlan({ tracks, flows, data: [users] }, { local: false, shardCount, legTimes })
}

describe('the slices of a data set', () => {
  it('are one for each leg and shard where there are few', () => {
    const plan = planned(120, 10)
    expect(plan.legs.map(({ number }) => sliceLeg(plan, number))).toEqual(plan.legs.map(({ number }) => number))
    const [set = users] = plan.scenario.data
    expect(legSliceRows(plan, set, 3, 7)).toEqual(sliceRows(plan, set, 3, 7))
  })

  it('are shared by legs where there would be too many to write before the load', () => {
    const plan = planned(120, 1000)
    const firsts = new Set(plan.legs.map(({ number }) => sliceLeg(plan, number)))
    expect(firsts.size * 1000).toBeLessThanOrEqual(20_000)
  })

  test.prop([fc.integer({ min: 0, max: 119 }), fc.integer({ min: 0, max: 999 })])(
    'hold all rows that the leg can ask for',
    (leg, shard) => {
      const plan = shared
      const [set = users] = plan.scenario.data
      const slice = new Set(legSliceRows(plan, set, shard, sliceLeg(plan, leg)))
      expect(sliceRows(plan, set, shard, leg).filter(row => !slice.has(row))).toEqual([])
    },
  )
})

const shared = planned(120, 1000)
