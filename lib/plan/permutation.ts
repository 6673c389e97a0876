import { hash32 } from './seeds.ts'

/**
 * Where a seeded shuffle puts one of `size` places, without making the list: a Feistel network of six rounds permutes
 * the next power of four, and walking its cycle until it comes back below `size` restricts it to a permutation of the
 * range (Black and Rogaway, Ciphers with arbitrary finite domains, 2002). Four steps at most on average.
 */
export function shuffled(place: number, size: number, seed: number): number {
  if (size < 2) return 0
  let halfBits = 1
  while (4 ** halfBits < size) halfBits++
  const mask = 2 ** halfBits - 1
  let value = place
  do {
    let left = Math.floor(value / (mask + 1))
    let right = value % (mask + 1)
    for (let round = 0; round < 6; round++) {
      const next = (left ^ hash32(seed, round, right)) & mask
      left = right
      right = next
    }
    value = left * (mask + 1) + right
  } while (value >= size)
  return value
}
