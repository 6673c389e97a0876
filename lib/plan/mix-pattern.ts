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
  for (let place = 0; place < total; place++) while (matching.isOpen(place)) matching.roundCycle(place, random)
  return matching.pattern
}

/** Pairs of a place and a turn, by number; their shares are whole numbers from 0 to `total`, which stands for 1. */
class FractionalMatching {
  readonly pattern: Uint16Array
  private readonly total: number
  /** By pair: its place, its turn as a vertex (`total` and up), its flow, its share. */
  private readonly placeOf: number[] = []
  private readonly turnOf: number[] = []
  private readonly flowOf: number[] = []
  private readonly share: number[] = []
  /** By vertex: its pairs that are still fractional. */
  private readonly pairs: number[][] = []
  /** By vertex: where the walk has met it; -1 where it has not. */
  private readonly met: number[] = []

  constructor(parts: readonly number[], total: number) {
    this.total = total
    this.pattern = new Uint16Array(total)
    for (let vertex = 0; vertex < 2 * total; vertex++) {
      this.pairs.push([])
      this.met.push(-1)
    }
    let turn = total
    for (const [flow, part] of parts.entries()) {
      for (let k = 0; k < part; k++, turn++) {
        // In units of 1/part of a place, so that all ends are whole.
        for (let place = Math.floor((k * total) / part); place * part < (k + 1) * total; place++) {
          const share = Math.min((k + 1) * total, (place + 1) * part) - Math.max(k * total, place * part)
          this.addPair(place, turn, flow, share)
        }
      }
    }
  }

  /** Whether a place has not yet been given to one flow. */
  isOpen(place: number): boolean {
    return this.at(this.pairs, place).length > 0
  }

  /** Walks from a place over fractional pairs until it meets itself, and rounds the cycle it has found. */
  roundCycle(place: number, random: Random): void {
    const path: number[] = []
    const vertices = [place]
    this.met[place] = 0
    for (let vertex = place, last = -1; ; ) {
      const pair = this.otherPair(vertex, last, random)
      path.push(pair)
      const placeOf = this.at(this.placeOf, pair)
      vertex = vertex === placeOf ? this.at(this.turnOf, pair) : placeOf
      last = pair
      const before = this.at(this.met, vertex)
      if (before >= 0) {
        this.round(path.slice(before), random)
        break
      }
      this.met[vertex] = vertices.length
      vertices.push(vertex)
    }
    for (const vertex of vertices) this.met[vertex] = -1
  }

  /** The shares at a vertex sum to a whole: where one is fractional there is another. */
  private otherPair(vertex: number, last: number, random: Random): number {
    const pairs = this.at(this.pairs, vertex)
    const chosen = this.at(pairs, random.integer(0, pairs.length - 1))
    if (chosen !== last) return chosen
    return this.at(pairs, (pairs.indexOf(chosen) + random.integer(1, pairs.length - 1)) % pairs.length)
  }

  private round(cycle: readonly number[], random: Random): void {
    let up = this.total
    let down = this.total
    for (const [i, pair] of cycle.entries()) {
      const share = this.at(this.share, pair)
      up = Math.min(up, i % 2 === 0 ? this.total - share : share)
      down = Math.min(down, i % 2 === 0 ? share : this.total - share)
    }
    // Up with probability down / (up + down): the expected change is nought.
    const change = random.integer(1, up + down) <= down ? up : -down
    for (const [i, pair] of cycle.entries()) {
      const share = this.at(this.share, pair) + (i % 2 === 0 ? change : -change)
      this.share[pair] = share
      if (share === 0 || share === this.total) this.close(pair)
    }
  }

  private addPair(place: number, turn: number, flow: number, share: number): void {
    const pair = this.share.length
    this.placeOf.push(place)
    this.turnOf.push(turn)
    this.flowOf.push(flow)
    this.share.push(share)
    if (share === this.total) this.pattern[place] = flow
    else for (const vertex of [place, turn]) this.at(this.pairs, vertex).push(pair)
  }

  /** A pair that has become whole is matched or gone. */
  private close(pair: number): void {
    const place = this.at(this.placeOf, pair)
    if (this.at(this.share, pair) === this.total) this.pattern[place] = this.at(this.flowOf, pair)
    for (const vertex of [place, this.at(this.turnOf, pair)]) {
      const pairs = this.at(this.pairs, vertex)
      const last = pairs.pop()
      if (last !== undefined && last !== pair) pairs[pairs.indexOf(pair)] = last
    }
  }

  private at<T>(list: readonly T[], index: number): T {
    const value = list[index]
    if (value === undefined) throw new RangeError('a matching has lost its balance')
    return value
  }
}
