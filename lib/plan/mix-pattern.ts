import type { Random } from './random.ts'

/**
 * One order of a block in which flow j has `parts[j]` of `total` places and every prefix keeps to its share:
 * |count_j(r) - r * parts[j] / total| < 1 for each flow j and each r.
 *
 * That bound gives the k-th place of flow j (k from 0) a window, the places floor(k W / w) to ceil((k + 1) W / w) - 1
 * with w = parts[j] and W = total. Taking the earliest deadline among the flows whose window is open meets all windows
 * (Tijdeman, The chairman assignment problem, 1980; as proportionate fairness on one machine: Baruah et al. 1996).
 * Swaps that keep the bound then make the order one of many: without them place p mod n would tell the flow.
 */
export function mixPattern(parts: readonly number[], total: number, random: Random): Uint16Array {
  const pattern = earliestDeadlineFirst(parts, total, random)
  // Counts scaled by `total`, so that the bound is one of whole numbers: |total * count - r * part| < total.
  const swaps = 8 * total
  const reach = Math.min(total - 1, 64)
  if (reach < 1) return pattern
  const surplus = surplusTable(pattern, parts, total)
  for (let swap = 0; swap < swaps; swap++) {
    const low = random.integer(0, total - 2)
    const high = Math.min(total - 1, low + random.integer(1, reach))
    trySwap(pattern, surplus, total, low, high)
  }
  return pattern
}

function earliestDeadlineFirst(parts: readonly number[], total: number, random: Random): Uint16Array {
  const pattern = new Uint16Array(total)
  const counts = parts.map(() => 0)
  for (let place = 0; place < total; place++) {
    let chosen = -1
    let soonest = Number.POSITIVE_INFINITY
    let ties = 0
    for (const [flow, part] of parts.entries()) {
      const count = counts[flow] ?? 0
      if (count >= part || Math.floor((count * total) / part) > place) continue
      const deadline = Math.ceil(((count + 1) * total) / part) - 1
      if (deadline > soonest) continue
      ties = deadline < soonest ? 1 : ties + 1
      soonest = deadline
      if (ties === 1 || random.integer(1, ties) === 1) chosen = flow
    }
    if (chosen < 0) throw new Error('the windows of a mix leave a place without a flow')
    pattern[place] = chosen
    counts[chosen] = (counts[chosen] ?? 0) + 1
  }
  return pattern
}

/** By flow and prefix: total * count - prefix * part, the share's surplus scaled to whole numbers. */
function surplusTable(pattern: Uint16Array, parts: readonly number[], total: number): readonly Float64Array[] {
  return parts.map((part, flow) => {
    const surplus = new Float64Array(total + 1)
    for (let r = 1; r <= total; r++) surplus[r] = (surplus[r - 1] ?? 0) - part + (pattern[r - 1] === flow ? total : 0)
    return surplus
  })
}

/** Exchanges two places if every prefix between them still keeps to the bound. */
function trySwap(
  pattern: Uint16Array,
  surplus: readonly Float64Array[],
  total: number,
  low: number,
  high: number,
): void {
  const early = pattern[low] ?? 0
  const late = pattern[high] ?? 0
  const earlySurplus = surplus[early]
  const lateSurplus = surplus[late]
  if (early === late || earlySurplus === undefined || lateSurplus === undefined) return
  for (let r = low + 1; r <= high; r++) {
    if ((earlySurplus[r] ?? 0) - total <= -total || (lateSurplus[r] ?? 0) + total >= total) return
  }
  for (let r = low + 1; r <= high; r++) {
    earlySurplus[r] = (earlySurplus[r] ?? 0) - total
    lateSurplus[r] = (lateSurplus[r] ?? 0) + total
  }
  pattern[low] = late
  pattern[high] = early
}
