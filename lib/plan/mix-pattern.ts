import type { Random } from './random.ts'

/**
 * One order of a block in which flow j has `parts[j]` of `total` places, every prefix keeps to its share,
 * |count_j(r) - r * parts[j] / total| < 1 for each flow j and each r, and each place is flow j's with a probability of
 * exactly parts[j] / total: a shard that sees only some of the places sees the mix all the same.
 *
 * The bound holds where the k-th place of flow j (k from 0) lies in its window, the places floor(k W / w) to
 * ceil((k + 1) W / w) - 1 with w = parts[j] and W = total (Tijdeman, The chairman assignment problem, 1980; Baruah et al.,
 * Proportionate progress, 1996). A fluid schedule gives place t to turn k in proportion as [t, t + 1) overlaps
 * [k W / w, (k + 1) W / w): a fractional matching of places and turns with the wanted probabilities. Dependent rounding
 * (Gandhi, Khuller, Parthasarathy, Srinivasan, JACM 2006) makes it whole without changing any probability: along a cycle
 * of fractional pairs it raises every second one and lowers the others, up or down by a fair choice, until none is left.
 */
export function mixPattern(parts: readonly number[], total: number, random: Random): Uint16Array {
  const matching = new FractionalMatching(parts, total)
  for (let place = 0; place < total; place++) matching.settle(place, random)
  return matching.pattern
}

/**
 * Pairs of a place and a turn. Vertices are the places, 0 to total - 1, and the turns, total to 2 total - 1. Shares are
 * whole numbers from 0 to `total`, which stands for 1; those at a vertex always sum to `total`, so that where one is
 * fractional there is another, and a walk over fractional pairs can always go on until it meets itself.
 */
class FractionalMatching {
  readonly pattern: Uint16Array
  private readonly total: number
  private readonly share: Float64Array
  private readonly flow: Uint16Array
  /** By pair: its place and its turn, and where it stands in the list of each. */
  private readonly ends: readonly [Int32Array, Int32Array]
  private readonly standing: readonly [Int32Array, Int32Array]
  /** By vertex: where its list of fractional pairs begins in `lists`, and how long it is. */
  private readonly begin: Int32Array
  private readonly size: Int32Array
  private readonly lists: Int32Array
  /** By vertex: its place on the walk's path, -1 where the walk has not been. */
  private readonly met: Int32Array
  private readonly path: Int32Array

  constructor(parts: readonly number[], total: number) {
    const most = total * (parts.length + 1)
    this.total = total
    this.pattern = new Uint16Array(total)
    this.share = new Float64Array(most)
    this.flow = new Uint16Array(most)
    this.ends = [new Int32Array(most), new Int32Array(most)]
    this.standing = [new Int32Array(most), new Int32Array(most)]
    this.begin = new Int32Array(2 * total + 1)
    this.size = new Int32Array(2 * total)
    this.met = new Int32Array(2 * total).fill(-1)
    this.path = new Int32Array(2 * total + 1)
    this.lists = new Int32Array(2 * this.addPairs(parts))
    this.fillLists()
  }

  /** Rounds cycles until a place has its flow. */
  settle(place: number, random: Random): void {
    let length = 0
    let vertex = place
    let last = -1
    this.met[vertex] = 0
    while (at(this.size, place) > 0) {
      last = this.nextPair(vertex, last, random)
      this.path[length++] = last
      vertex = vertex < this.total ? at(this.ends[1], last) : at(this.ends[0], last)
      const before = at(this.met, vertex)
      if (before < 0) {
        this.met[vertex] = length
        continue
      }
      this.forget(vertex, before, length)
      this.round(before, length, random)
      // The path up to the cycle is still fractional: the walk goes on from there.
      length = before
      last = length > 0 ? at(this.path, length - 1) : -1
    }
    this.forget(vertex, 0, length)
    this.met[place] = -1
  }

  /** Takes the vertices of the path's pairs from `from` on, but for its first one, off the path. */
  private forget(vertex: number, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const pair = at(this.path, i)
      for (const end of this.ends)
        if (at(end, pair) !== vertex && at(this.met, at(end, pair)) > from) this.met[at(end, pair)] = -1
    }
  }

  /** Any fractional pair at the vertex but the one by which the walk has come. */
  private nextPair(vertex: number, last: number, random: Random): number {
    const size = at(this.size, vertex)
    const skipped = last < 0 ? size : at(this.standing[vertex < this.total ? 0 : 1], last)
    const chosen = (random.word() >>> 0) % (last < 0 ? size : size - 1)
    return at(this.lists, at(this.begin, vertex) + chosen + (chosen >= skipped ? 1 : 0))
  }

  /** Moves the shares of a cycle, the path's pairs from `from` to before `to`, up and down in turn until one is whole. */
  private round(from: number, to: number, random: Random): void {
    const { total } = this
    let up = total
    let down = total
    for (let i = from; i < to; i++) {
      const share = at(this.share, at(this.path, i))
      const rises = (i - from) % 2 === 0
      up = Math.min(up, rises ? total - share : share)
      down = Math.min(down, rises ? share : total - share)
    }
    // Up with probability down / (up + down): the expected change is nought.
    const change = random.integer(1, up + down) <= down ? up : -down
    for (let i = from; i < to; i++) {
      const pair = at(this.path, i)
      const share = at(this.share, pair) + ((i - from) % 2 === 0 ? change : -change)
      this.share[pair] = share
      if (share === 0 || share === total) this.close(pair)
    }
  }

  /** A pair that has become whole is matched or gone, and off both lists. */
  private close(pair: number): void {
    if (at(this.share, pair) === this.total) this.pattern[at(this.ends[0], pair)] = at(this.flow, pair)
    for (const side of [0, 1] as const) {
      const vertex = at(this.ends[side], pair)
      const size = at(this.size, vertex) - 1
      this.size[vertex] = size
      const moved = at(this.lists, at(this.begin, vertex) + size)
      const gap = at(this.standing[side], pair)
      this.lists[at(this.begin, vertex) + gap] = moved
      this.standing[side][moved] = gap
    }
  }

  /** Gives the number of pairs. */
  private addPairs(parts: readonly number[]): number {
    const { total } = this
    let pair = 0
    let turn = total
    for (const [flow, part] of parts.entries()) {
      for (let k = 0; k < part; k++, turn++) {
        // In units of 1/part of a place, so that all ends are whole.
        for (let place = Math.floor((k * total) / part); place * part < (k + 1) * total; place++, pair++) {
          this.share[pair] = Math.min((k + 1) * total, (place + 1) * part) - Math.max(k * total, place * part)
          this.flow[pair] = flow
          this.ends[0][pair] = place
          this.ends[1][pair] = turn
        }
      }
    }
    return pair
  }

  private fillLists(): void {
    const pairs = this.lists.length / 2
    const { total, begin, size } = this
    for (let pair = 0; pair < pairs; pair++) {
      for (const end of this.ends) begin[at(end, pair) + 1] = at(begin, at(end, pair) + 1) + 1
    }
    for (let vertex = 0; vertex < 2 * total; vertex++) begin[vertex + 1] = at(begin, vertex + 1) + at(begin, vertex)
    for (let pair = 0; pair < pairs; pair++) {
      if (at(this.share, pair) === total) {
        this.pattern[at(this.ends[0], pair)] = at(this.flow, pair)
        continue
      }
      for (const side of [0, 1] as const) {
        const vertex = at(this.ends[side], pair)
        const standing = at(size, vertex)
        this.lists[at(begin, vertex) + standing] = pair
        this.standing[side][pair] = standing
        size[vertex] = standing + 1
      }
    }
  }
}

function at(list: Int32Array | Uint16Array | Float64Array, index: number): number {
  return list[index] ?? 0
}
