import type { Track } from '../scenario/scenario.ts'
import { mixPattern } from './mix-pattern.ts'
import { Random } from './random.ts'
import { hash32, hashText } from './seeds.ts'
import { weightParts } from './weight-parts.ts'

/** Patterns a mix chooses from for each block; fewer where one is costly, as a long block is varied in itself. */
const MOST_PATTERNS = 1_024
const LEAST_PATTERNS = 4
/** Pairs of a place and a flow in all patterns: some 3 µs each. */
const PAIRS_IN_ALL = 65_536
/** A pattern of more pairs would hold up the load for milliseconds: such ones are made beforehand. */
const PAIRS_ON_DEMAND = 2_000

/**
 * Which flow each iteration (open and `iterations:` phases: by rank) or user (closed phases: by number) gets. For every
 * prefix of the numbers each flow's count is within one of its share; inside each block of the weights' sum the order
 * is one of many by seed, so that the numbers of one shard (i mod n) have no pattern of flows.
 */
export interface FlowMix {
  /** Place in `track.flows`. */
  at(rank: number): number
  /** How many of the numbers below `rank` fall on one of these flows (places in `track.flows`). Constant time. */
  countBefore(rank: number, flows: readonly number[]): number
}

/** The mix of a track under a run's seed: made once and shared, as its patterns are costly and never change. */
export function flowMix(track: Track, seed: number): FlowMix {
  const seeds = known.get(track) ?? new Map<number, FlowMix>()
  known.set(track, seeds)
  const weights = track.flows.map(each => each.weight)
  const mix = seeds.get(seed) ?? new BlockMix(weights, hash32(seed, 0x6d6978, hashText(track.name)))
  seeds.set(seed, mix)
  return mix
}

const known = new WeakMap<Track, Map<number, FlowMix>>()

class BlockMix implements FlowMix {
  private readonly parts: readonly number[]
  private readonly total: number
  private readonly seed: number
  private readonly patternCount: number
  private readonly patterns: (Uint16Array | undefined)[]
  /** By the flows asked for: how many of them each prefix of each pattern holds. */
  private readonly tables = new Map<string, (Uint16Array | undefined)[]>()
  private lastFlows: readonly number[] = []
  private lastTables: (Uint16Array | undefined)[] = []
  private lastSum = 0

  constructor(weights: readonly number[], seed: number) {
    const { parts, total } = weightParts(weights)
    this.parts = parts
    this.total = total
    this.seed = seed
    const pairs = total * (weights.length + 1)
    this.patternCount = Math.max(LEAST_PATTERNS, Math.min(MOST_PATTERNS, Math.floor(PAIRS_IN_ALL / Math.max(1, pairs))))
    this.patterns = new Array(this.patternCount)
    if (weights.length > 1 && pairs > PAIRS_ON_DEMAND) for (let p = 0; p < this.patternCount; p++) this.pattern(p)
  }

  at(rank: number): number {
    if (this.parts.length < 2) return 0
    const block = Math.floor(rank / this.total)
    return this.pattern(this.choice(block))[rank - block * this.total] ?? 0
  }

  countBefore(rank: number, flows: readonly number[]): number {
    if (this.total === 0) return 0
    if (flows !== this.lastFlows) this.use(flows)
    const block = Math.floor(rank / this.total)
    const rest = rank - block * this.total
    return block * this.lastSum + (rest === 0 ? 0 : (this.table(this.choice(block))[rest] ?? 0))
  }

  private choice(block: number): number {
    return hash32(this.seed, block) % this.patternCount
  }

  private pattern(number: number): Uint16Array {
    const known = this.patterns[number]
    if (known !== undefined) return known
    const made = mixPattern(this.parts, this.total, new Random(hash32(this.seed, 0x70617474, number)))
    this.patterns[number] = made
    return made
  }

  /** The tables of a set of flows, kept at hand until another set is asked for. */
  private use(flows: readonly number[]): void {
    const key = flows.join()
    const known = this.tables.get(key)
    this.lastTables = known ?? new Array(this.patternCount)
    if (known === undefined) this.tables.set(key, this.lastTables)
    this.lastFlows = flows
    this.lastSum = flows.reduce((sum, flow) => sum + (this.parts[flow] ?? 0), 0)
  }

  private table(number: number): Uint16Array {
    const known = this.lastTables[number]
    if (known !== undefined) return known
    const pattern = this.pattern(number)
    const wanted = new Set(this.lastFlows)
    const made = new Uint16Array(this.total + 1)
    for (let r = 0; r < this.total; r++) made[r + 1] = (made[r] ?? 0) + (wanted.has(pattern[r] ?? 0) ? 1 : 0)
    this.lastTables[number] = made
    return made
  }
}
