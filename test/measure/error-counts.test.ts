import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { ErrorCounts, MOST_ERROR_KINDS, OTHER_ERRORS } from '../../lib/measure/error-counts.ts'

type Occurrence = readonly [kind: number, atUs: number, sample: string]

const occurrences = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 160 }), fc.integer({ min: 0, max: 50 }), fc.constantFrom('a', 'b', 'c')),
  { maxLength: 400 },
)

function counted(list: readonly Occurrence[]): ErrorCounts {
  const counts = new ErrorCounts()
  for (const [kind, atUs, text] of list) counts.record(`kind ${kind}`, atUs, text)
  return counts
}

describe('errors by kind', () => {
  test.prop([occurrences, fc.integer({ min: 0, max: 400 })])(
    'merge to what one shard would have counted',
    (list, at) => {
      const whole = counted(list)
      const merged = counted(list.slice(at))
      merged.add(counted(list.slice(0, at)))
      expect(new Map(merged.byKind)).toEqual(new Map(whole.byKind))
      const total = [...merged.byKind.values()].reduce((sum, error) => sum + error.count, 0)
      expect(total).toBe(list.length)
      expect([...merged.byKind.keys()].filter(kind => kind !== OTHER_ERRORS).length).toBeLessThanOrEqual(
        MOST_ERROR_KINDS,
      )
    },
  )

  it('show the earliest, and of simultaneous ones the first in order', () => {
    const counts = counted([
      [1, 20, 'late'],
      [1, 10, 'b'],
      [1, 10, 'a'],
    ])
    expect(counts.sorted()).toEqual([{ kind: 'kind 1', count: 3, firstUs: 10, lastUs: 20, sample: 'a' }])
  })
})
