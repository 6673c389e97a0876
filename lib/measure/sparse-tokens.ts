import { ByteWriter } from './byte-writer.ts'

/**
 * The two ways in which the buckets of a histogram that are not empty are written. Each is given as its distance from the
 * bucket before, less one, and its count, less one.
 */
export type Buckets = { readonly gaps: readonly number[]; readonly counts: readonly number[] }

/** Buckets farther apart begin a new run. */
const FARTHEST = 12

/**
 * Runs of steps, for thin histograms: a step is half a byte, the lower half first, whose low two bits are how many
 * buckets to move on and whose high two bits are what to add there; steps that add nothing pad. There is no escape in it,
 * so that reading has no branch to guess wrong. A run is its distance from the bucket before, its length in bytes (both
 * varints), and its steps, the first of which moves nowhere.
 */
export function stepRuns({ gaps, counts }: Buckets): Uint8Array {
  const writer = new ByteWriter()
  let steps: number[] = []
  let runs = 0
  let skip = 0
  const runWriter = new ByteWriter()
  const finishRun = () => {
    if (steps.length === 0) return
    runs++
    runWriter.varint(skip)
    runWriter.varint((steps.length + 1) >>> 1)
    for (let i = 0; i < steps.length; i += 2) runWriter.byte((steps[i] as number) | ((steps[i + 1] ?? 0) << 4))
    steps = []
  }
  for (let i = 0; i < gaps.length; i++) {
    let move = (gaps[i] as number) + 1
    if (steps.length === 0 || move > FARTHEST) {
      finishRun()
      skip = move
      move = 0
    }
    for (; move > 3; move -= 3) steps.push(3)
    let left = (counts[i] as number) + 1
    steps.push(move | (Math.min(3, left) << 2))
    for (left -= 3; left > 0; left -= 3) steps.push(Math.min(3, left) << 2)
  }
  finishRun()
  writer.varint(runs)
  writer.append(runWriter.finish())
  return writer.finish()
}

/** Fewest steps that the counts take, so that runs need not be tried in vain: a bucket of a thousand takes 334. */
export function stepsNeeded({ counts }: Buckets): number {
  let steps = 0
  for (const count of counts) steps += Math.floor(count / 3) + 1
  return steps
}

/**
 * Tokens of a byte, for dense histograms: the low `gapBits` bits hold the gap, the others the count; a field of all ones
 * says that the rest follows as a varint, the gap's before the count's.
 */
export function byteTokens({ gaps, counts }: Buckets, gapBits: number): Uint8Array {
  const writer = new ByteWriter()
  const mostGap = (1 << gapBits) - 1
  const mostCount = (1 << (8 - gapBits)) - 1
  writer.varint(gaps.length)
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as number
    const count = counts[i] as number
    writer.byte(Math.min(gap, mostGap) | (Math.min(count, mostCount) << gapBits))
    if (gap >= mostGap) writer.varint(gap - mostGap)
    if (count >= mostCount) writer.varint(count - mostCount)
  }
  return writer.finish()
}

/** The width of the gap's field, 1 to 7, that gives the fewest bytes. */
export function bestGapBits({ gaps, counts }: Buckets): number {
  let best = 4
  let fewest = Number.POSITIVE_INFINITY
  for (let gapBits = 1; gapBits <= 7; gapBits++) {
    const mostGap = (1 << gapBits) - 1
    const mostCount = (1 << (8 - gapBits)) - 1
    let bytes = 0
    for (let i = 0; i < gaps.length; i++) {
      bytes += varintBytes((gaps[i] as number) - mostGap) + varintBytes((counts[i] as number) - mostCount)
    }
    if (bytes < fewest) {
      best = gapBits
      fewest = bytes
    }
  }
  return best
}

/** Bytes of what does not fit into its field; none where it does. */
function varintBytes(excess: number): number {
  if (excess < 0) return 0
  if (excess < 128) return 1
  return excess < 16_384 ? 2 : 4
}
