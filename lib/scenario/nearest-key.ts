import { distance } from 'fastest-levenshtein'

/**
 * The known name that a mistyped one most likely meant: same but for case and punctuation, or at most a third of its
 * letters away (Levenshtein distance), or one a beginning of the other.
 */
export function nearestKey(found: string, known: readonly string[]): string | undefined {
  if (found.length > 100) return undefined
  const bare = plain(found)
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const name of known) {
    const candidate = plain(name)
    if (candidate === bare) return name
    // Two letters that changed places are one slip, though two edits.
    const swapped = sorted(bare) === sorted(candidate) ? 1 : 0
    const steps = distance(bare, candidate) - swapped
    if (steps < bestDistance) [best, bestDistance] = [name, steps]
  }
  const length = Math.max(bare.length, plain(best ?? '').length)
  if (best !== undefined && bestDistance <= Math.max(1, Math.floor(length / 3)) && bestDistance < length - 1)
    return best
  if (bare.length < 3) return undefined
  return known.find(name => plain(name).startsWith(bare) || (plain(name).length >= 3 && bare.startsWith(plain(name))))
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '')
}

function sorted(name: string): string {
  return [...name].toSorted().join('')
}
