import { describe, expect, test } from 'vitest'
import type { Plan } from '../../lib/plan/plan.ts'
import { planWarnings } from '../../lib/plan/warnings.ts'
import { renderPlan } from '../../lib/report/plan-view.ts'
import { closed, dataSet, flow, get, iterations, loadPlan, open, pause, plan, think, track } from './fixture.ts'

const text = (of: Plan, width = 80) => renderPlan(of, { width, colour: false, warnings: planWarnings(of) })

const shop = plan({
  name: 'shop',
  flows: [
    flow('browse', [get('/products'), think(1_000), get('/product')]),
    flow('member', [get('/me', ['account']), think(2_000)]),
    flow('health', [get('/health')]),
  ],
  tracks: [
    track(
      [
        closed(0, 100, 20_000, 20_000, { warmup: true }),
        closed(100, 100, 0, 60_000, { name: 'steady' }),
        pause(10_000),
        open(50, 500, 30_000, { name: 'burst', maxUsers: 400 }),
      ],
      { browse: 80, member: 20 },
    ),
    track([open(1, 1, 120_000)], { health: 1 }, { name: 'health' }),
  ],
  data: [dataSet('account', 5_000, { per: 'user' })],
})

describe('the picture of a plan', () => {
  test.each([
    ['shop', shop],
    ['smoke', loadPlan([iterations(1, 1)])],
    [
      'spike',
      loadPlan([
        open(10, 10, 60_000),
        open(10, 200, 5_000, { name: 'rise' }),
        open(200, 10, 5_000),
        open(10, 10, 60_000),
      ]),
    ],
    ['burst', loadPlan([closed(0, 1_000, 10_000, 60_000)])],
  ])('of %s', async (name, of) => {
    await expect(text(of)).toMatchFileSnapshot(`golden/plan-${name}.txt`)
  })

  test.each([40, 60, 80, 100, 133])('is never wider than %d columns', width => {
    for (const line of text(shop, width).split('\n')) expect([...line].length).toBeLessThanOrEqual(width)
  })

  test('shows nothing of a name that a terminal would act upon', () => {
    const evil = '\u001b[31mred'
    const of = plan({
      name: evil,
      flows: [flow(evil, [get('/')])],
      tracks: [track([open(1, 1, 1_000, { name: evil, text: evil })], { [evil]: 1 }, { name: evil })],
      data: [dataSet(evil, 1)],
    })
    expect(text(of)).not.toContain('\u001b')
  })

  test('has colour only where it is asked for', () => {
    expect(renderPlan(shop, { width: 80, colour: true, warnings: [] })).toContain('\u001b[')
  })
})
