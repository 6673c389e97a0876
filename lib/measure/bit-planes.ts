import { PAGE_BITS, PAGE_MASK } from './histogram-geometry.ts'

/** Bits of a count that can be held: 16. */
const PLANES_BITS = 4
const PLANES = 1 << PLANES_BITS
/** Buckets whose bits share a word: 32. */
const GROUP_BITS = 5
/** log2 of the counts in a word: of 32 that are carried from at random about one is carried on through so many. */
const CARRY_PLANES = 5
/** Buckets that a base is added to: 64. */
const BASE_BITS = 6

/**
 * Counts turned on their side ("vertical counters"): word k of a group holds bit k of each of 32 counts, so that adding
 * to all 32 is one addition with carry, done bit by bit for all of them at once (a full adder in logic, Warren, Hacker's
 * Delight, 2-16). A merge adds thousands of histograms so at a third of the cost of adding bucket by bucket, and turns
 * the sums back into counts once. What all counts of 64 buckets have in common is added beside the planes, as one number.
 */
export class BitPlanes {
  /** By page; groups one behind the other, 16 words each. */
  private readonly pages: (Int32Array | undefined)[] = []
  /** By page; what every one of 64 buckets has beside its bits. */
  private readonly bases: (Float64Array | undefined)[] = []
  /** No count in the planes is higher than this. */
  private most = 0

  /** Whether every count can grow by as much as `width` bits hold. If so, that room is taken. */
  takeRoom(width: number): boolean {
    const most = this.most + (1 << width) - 1
    if (most >= 1 << PLANES) return false
    this.most = most
    return true
  }

  /**
   * Adds to the 64 buckets from `index` on: `width` planes for the lower half, then as many for the upper, four bytes
   * each, little-endian, the lowest bit first. Room must have been taken.
   */
  add(index: number, view: DataView, start: number, width: number): void {
    const words = this.pageOf(index)
    const first = ((index & PAGE_MASK) >>> GROUP_BITS) << PLANES_BITS
    let at = start
    for (let group = first; group <= first + PLANES; group += PLANES) {
      let carry = 0
      let k = group
      for (const end = group + width; k < end; k++) {
        const plane = view.getInt32(at, true)
        at += 4
        const held = words[k] as number
        const either = held ^ plane
        words[k] = either ^ carry
        carry = (held & plane) | (carry & either)
      }
      // A carry of 32 counts seldom goes further; where it ends is not worth a branch that none can foretell.
      for (const end = Math.min(k + CARRY_PLANES, group + PLANES); k < end; k++) {
        const held = words[k] as number
        words[k] = held ^ carry
        carry &= held
      }
      for (; carry !== 0; k++) {
        const held = words[k] as number
        words[k] = held ^ carry
        carry &= held
      }
    }
  }

  /** Adds as much to each of the 64 buckets from `index` on; there is always room. */
  addBase(index: number, base: number): void {
    const number = index >>> PAGE_BITS
    while (this.bases.length <= number) this.bases.push(undefined)
    const bases = this.bases[number] ?? new Float64Array(1 << (PAGE_BITS - BASE_BITS))
    this.bases[number] = bases
    const at = (index & PAGE_MASK) >>> BASE_BITS
    bases[at] = (bases[at] as number) + base
  }

  /** Gives every base and every bit that is set, as the bucket that has it and what it stands for, and is empty then. */
  drain(visit: (index: number, count: number) => void): void {
    for (const [number, bases] of this.bases.entries()) {
      if (bases === undefined) continue
      for (const [at, base] of bases.entries()) {
        const first = (number << PAGE_BITS) + (at << BASE_BITS)
        if (base > 0) for (let index = first; index < first + (1 << BASE_BITS); index++) visit(index, base)
      }
      bases.fill(0)
    }
    for (const [number, words] of this.pages.entries()) {
      if (words === undefined) continue
      const base = number << PAGE_BITS
      for (let at = 0; at < words.length; at++) {
        const first = base + ((at >>> PLANES_BITS) << GROUP_BITS)
        const count = 1 << (at & (PLANES - 1))
        for (let word = words[at] as number; word !== 0; word &= word - 1) {
          visit(first + 31 - Math.clz32(word & -word), count)
        }
      }
      words.fill(0)
    }
    this.most = 0
  }

  private pageOf(index: number): Int32Array {
    const number = index >>> PAGE_BITS
    while (this.pages.length <= number) this.pages.push(undefined)
    let words = this.pages[number]
    if (words === undefined) {
      words = new Int32Array(PLANES << (PAGE_BITS - GROUP_BITS))
      this.pages[number] = words
    }
    return words
  }
}
