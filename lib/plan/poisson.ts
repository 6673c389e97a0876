import { Random } from './random.ts'
import { hash32 } from './seeds.ts'

/** Arrivals a block of the tree is made for. */
const BLOCK_SIZE = 1000

/**
 * The arrivals of a Poisson process whose number is given, in Lambda space: given their number they are the order
 * statistics of so many independent uniform values on [0, Lambda(T)] (Cox and Lewis 1966, section 2.3).
 *
 * The range is halved until a half expects at most 1,000 arrivals; how many fall in each half is binomial(count, 1/2),
 * drawn from the seed and the half's place in the tree. Each block at the bottom then holds uniform order statistics
 * from its own seed. So every arrival is reached without those before it, and is the same for any number of shards.
 */
export class PoissonBlocks {
  /** Lambda(T). */
  readonly length: number
  readonly blocks: number
  private readonly seed: number
  /** Index of each block's first arrival, and the count at the end. */
  private readonly offsets: Float64Array
  private readonly random = new Random(0)

  constructor(count: number, length: number, seed: number) {
    this.length = length
    this.seed = seed
    let blocks = 1
    while (count / blocks > BLOCK_SIZE) blocks *= 2
    this.blocks = blocks
    this.offsets = new Float64Array(blocks + 1)
    this.split(1, 0, blocks, count)
    for (let b = 0, sum = 0; b <= blocks; b++) {
      const size = this.offsets[b] ?? 0
      this.offsets[b] = sum
      sum += size
    }
  }

  /** Index of a block's first arrival; for the block after the last one the count. */
  offset(block: number): number {
    return this.offsets[block] ?? 0
  }

  /** The block that holds an arrival. */
  blockOf(index: number): number {
    let low = 0
    let high = this.blocks
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.offset(middle) <= index) low = middle
      else high = middle
    }
    return low
  }

  /** Writes a block's arrivals, on [0, Lambda(T)]: n uniform order statistics are the partial sums of n + 1 exponentials. */
  fill(block: number, times: Float64Array): void {
    const size = this.offset(block + 1) - this.offset(block)
    this.random.reseed(hash32(this.seed, 2, block))
    let sum = 0
    for (let i = 0; i < size; i++) {
      sum -= Math.log(1 - this.random.next())
      times[i] = sum
    }
    sum -= Math.log(1 - this.random.next())
    const width = this.length / this.blocks
    for (let i = 0; i < size; i++) times[i] = width * (block + (times[i] ?? 0) / sum)
  }

  /** Deals `count` arrivals over the blocks from `first` to before `end`; `node` numbers the tree as a heap does, the root 1. */
  private split(node: number, first: number, end: number, count: number): void {
    if (end - first === 1) {
      this.offsets[first] = count
      return
    }
    const middle = (first + end) / 2
    this.random.reseed(hash32(this.seed, 1, node))
    const left = fairHeads(this.random, count)
    this.split(2 * node, first, middle, left)
    this.split(2 * node + 1, middle, end, count - left)
  }
}

/** One reader's view of the blocks: it keeps the times of the block it is in. */
export class PoissonTimes {
  private readonly blocks: PoissonBlocks
  private first = 0
  private end = 0
  private times = new Float64Array(0)

  constructor(blocks: PoissonBlocks) {
    this.blocks = blocks
  }

  /** Arrival `index` on [0, Lambda(T)]. */
  at(index: number): number {
    if (index < this.first || index >= this.end) this.load(this.blocks.blockOf(index))
    return this.times[index - this.first] ?? this.blocks.length
  }

  /** How many arrivals lie below a value. */
  countBelow(value: number): number {
    const { blocks, length } = this.blocks
    const block = Math.min(blocks - 1, Math.max(0, Math.floor((value / length) * blocks)))
    this.load(block)
    let index = this.first
    while (index < this.end && (this.times[index - this.first] ?? length) < value) index++
    return index
  }

  private load(block: number): void {
    this.first = this.blocks.offset(block)
    this.end = this.blocks.offset(block + 1)
    const size = this.end - this.first
    if (this.times.length < size) this.times = new Float64Array(size + BLOCK_SIZE / 4)
    this.blocks.fill(block, this.times)
  }
}

/** Binomial(count, 1/2), exactly: how many of `count` fair bits are set. A 32nd of a draw a trial, a few ms for ten millions. */
export function fairHeads(random: Random, count: number): number {
  let heads = 0
  let left = count
  for (; left >= 32; left -= 32) heads += setBits(random.word())
  if (left > 0) heads += setBits(random.word() >>> (32 - left))
  return heads
}

function setBits(word: number): number {
  let w = word - ((word >>> 1) & 0x55555555)
  w = (w & 0x33333333) + ((w >>> 2) & 0x33333333)
  return Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
