/** A line's rise a unit of x, with the half width of its 95 % confidence interval. */
export type Slope = { readonly slope: number; readonly halfWidth: number }

/** The 97.5 % quantile of the normal distribution. */
const z = 1.959964

/**
 * The slope of the least-squares line through points, and b ± t s / sqrt(sum (x - mean)^2), where s^2 is the mean square of
 * the residuals with n - 2 degrees of freedom. t is Student's quantile by the first two terms of its expansion in 1/n
 * (Abramowitz and Stegun, 26.7.5), good to 1 % from ten points on. It takes residuals as independent; those of memory
 * are not quite, so that the interval is rather too narrow. undefined below three points.
 */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope | undefined {
  const n = points.length
  if (n < 3) return undefined
  const mean = (of: (point: readonly [number, number]) => number) => points.reduce((sum, each) => sum + of(each), 0) / n
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)]
  const squares = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / squares
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const freedom = n - 2
  const t = z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
  return { slope, halfWidth: t * Math.sqrt(rest / freedom / squares) }
}
