import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { mapAhead } from '../../lib/workflow/map-ahead.ts'

test.prop([fc.array(fc.integer({ min: 0, max: 3 })), fc.integer({ min: 1, max: 8 })])(
  'gives what comes in its order, with no more under way than may be',
  async (turns, width) => {
    let underWay = 0
    let most = 0
    const map = async (turn: number) => {
      most = Math.max(most, ++underWay)
      for (let i = 0; i < turn; i++) await Promise.resolve()
      underWay--
      return turn
    }
    const found: number[] = []
    for await (const one of mapAhead(turns, width, map)) found.push(one)
    expect(found).toEqual(turns)
    expect(most).toBeLessThanOrEqual(width)
  },
)

it('fails with the first failure, and leaves no other unheard', async () => {
  const map = async (item: number) => {
    if (item > 0) throw new Error(`item ${item}`)
    return item
  }
  const all = async () => {
    for await (const _ of mapAhead([0, 1, 2, 3], 4, map));
  }
  await expect(all()).rejects.toThrow('item 1')
})
