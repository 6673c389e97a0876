import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { CpuMeter, type CpuReading, cpuShares } from '../../lib/generate/cpu-meter.ts'

const start: CpuReading = { wallUs: 0, idleUs: 0, cpuUs: 0, waitUs: 0 }
const second = (change: Partial<CpuReading>): CpuReading => ({ ...start, wallUs: 1_000_000, ...change })

describe('the share of a core that is work', () => {
  it('is the CPU time less that of idle turns', () => {
    const shares = cpuShares(start, second({ cpuUs: 900_000, idleUs: 700_000 }))
    expect(shares.cpuShare).toBeCloseTo(0.2)
    expect(shares.waitShare).toBe(0)
  })

  it('is not less than it was because idle turns waited for a core', () => {
    // A thread that always turns, a tenth of it working, and has the core for 85 % of the time.
    const shares = cpuShares(start, second({ cpuUs: 850_000, waitUs: 150_000, idleUs: 900_000 }))
    expect(shares.cpuShare).toBeCloseTo(0.085)
    expect(shares.waitShare).toBeCloseTo(0.15)
  })

  it('takes all off that was idle where waits are not known, and is absent where CPU time is not', () => {
    const { waitUs: _, ...from } = start
    const shares = cpuShares(
      { ...from, waitUs: undefined },
      { ...second({ cpuUs: 850_000, idleUs: 900_000 }), waitUs: undefined },
    )
    expect(shares).toEqual({ cpuShare: 0 })
    expect(cpuShares({ ...start, cpuUs: undefined }, { ...second({}), cpuUs: undefined })).toEqual({ waitShare: 0 })
    expect(cpuShares(start, start)).toEqual({})
  })

  const share = fc.double({ min: 0, max: 1, noNaN: true })
  test.prop([share, share, share])('is what was worked, however long the thread waited', (work, idle, wait) => {
    // Work and idle turns both take longer by what the thread waited, in the same measure.
    const wanted = (work + idle) * 500_000
    const slowed = 1 + wait
    const cpu = { cpuUs: wanted, waitUs: wanted * wait, idleUs: idle * 500_000 * slowed }
    const { cpuShare = Number.NaN } = cpuShares(start, { wallUs: 2_000_000, ...cpu })
    expect(cpuShare).toBeCloseTo((work * 500_000) / 2_000_000, 5)
  })

  it('is measured of this thread', () => {
    const meter = new CpuMeter(() => 0)
    const until = performance.now() + 50
    while (performance.now() < until);
    expect(meter.total().cpuShare).toBeGreaterThan(0)
  })
})
