/**
 * Seeds of everything random in a run. They are hashes of what is being done (run, phase, iteration; run, phase, user,
 * k) and never of where, so that the same plan sends the same requests for any number of generators.
 */

/** MurmurHash3's 32-bit finalizer: a bijection on 32-bit words in which every input bit flips half of the output bits. */
function mix32(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** One link of the chain: for a given `hash` a bijection of the value's low word, so that no two of them meet. */
function absorb(hash: number, value: number): number {
  return mix32((Math.imul(hash, 0x9e3779b1) + 0x7f4a7c15) ^ (value | 0)) ^ wordAbove(value)
}

/** What a number holds beyond 32 bits, spread over the word; 0 for whole numbers below 2^32. */
function wordAbove(value: number): number {
  const high = Math.floor(value / 0x1_0000_0000)
  return high === 0 || high === -1 ? 0 : mix32(high ^ 0x2545f491)
}

/** A well-mixed hash of whole numbers, 0 to 2^32 - 1. Two lists that differ in the last number only never meet below 2^32. */
export function hash32(...numbers: readonly number[]): number {
  let hash = 0x6a09e667
  for (const number of numbers) hash = absorb(hash, number)
  return hash >>> 0
}

/** A hash of text, 0 to 2^32 - 1: names take part in seeds by it. */
export function hashText(text: string): number {
  let hash = 0x3c6ef372
  for (let i = 0; i < text.length; i++) hash = absorb(hash, text.charCodeAt(i))
  return hash >>> 0
}

/** Two words as one whole number below 2^53: 32 bits alone would repeat a UUID within some hundred thousand iterations. */
function seed53(low: number, high: number): number {
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0)
}

/** The seed of iteration `iteration` (its index in the phase) of an open or `iterations:` phase; below 2^53, distinct within the phase. */
export function iterationSeed(runSeed: number, phase: number, iteration: number): number {
  const low = absorb(absorb(absorb(0x510e527f, runSeed), phase), iteration)
  const high = absorb(absorb(absorb(0x1f83d9ab, runSeed), phase), iteration)
  return seed53(low, high)
}

/**
 * The seed of a user's iteration `k` in closed phases, `phase` being the one in which the user spawned; below 2^53.
 * A user that goes on in a later leg counts its iterations from `firstIterationOfLeg(leg)`.
 */
export function userIterationSeed(runSeed: number, phase: number, user: number, k: number): number {
  const low = absorb(absorb(absorb(absorb(0x5be0cd19, runSeed), phase), user), k)
  const high = absorb(absorb(absorb(absorb(0x3b9aca07, runSeed), phase), user), k)
  return seed53(low, high)
}
