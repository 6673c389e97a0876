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
export class PoissonTimes {
  private readonly length: number
  private readonly seed: number
  private readonly blocks: number
  /** Index of each block's first arrival, and the count at the end. */
  private readonly offsets: Float64Array
  private readonly random = new Random(0)
  private block = -1
  private times = new Float64Array(0)

  /** @param length Lambda(T) */
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

  /** Arrival `index` on [0, Lambda(T)]. */
  at(index: number): number {
    if (this.block < 0 || index < this.offset(this.block) || index >= this.offset(this.block + 1)) this.load(index)
    return this.times[index - this.offset(this.block)] ?? this.length
  }

  countBelow(value: number): number {
    const block = Math.min(this.blocks - 1, Math.max(0, Math.floor((value / this.length) * this.blocks)))
    let index = this.offset(block)
    const end = this.offset(block + 1)
    while (index < end && this.at(index) < value) index++
    return index
  }

  private offset(block: number): number {
    return this.offsets[block] ?? 0
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

  /** Makes the table of the block that holds `index`: n uniform order statistics are the partial sums of n + 1 exponentials. */
  private load(index: number): void {
    let low = 0
    let high = this.blocks
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.offset(middle) <= index) low = middle
      else high = middle
    }
    this.block = low
    const size = this.offset(low + 1) - this.offset(low)
    if (this.times.length < size) this.times = new Float64Array(size + BLOCK_SIZE / 4)
    this.random.reseed(hash32(this.seed, 2, low))
    let sum = 0
    for (let i = 0; i < size; i++) {
      sum -= Math.log(1 - this.random.next())
      this.times[i] = sum
    }
    sum -= Math.log(1 - this.random.next())
    const width = this.length / this.blocks
    for (let i = 0; i < size; i++) this.times[i] = width * (low + (this.times[i] ?? 0) / sum)
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
