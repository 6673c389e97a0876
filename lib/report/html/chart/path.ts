import { round } from './shape.ts'

/** A place on the picture; an absent y is a gap in the line. */
export type Point = readonly [x: number, y: number | undefined]

/** A line through the points that breaks at gaps. A point alone between gaps becomes a short dash, so that it is seen. */
export function linePath(points: readonly Point[]): string {
  return runs(points)
    .map(run => {
      const [first] = run
      if (run.length === 1 && first) return `M${round(first[0] - 1.5)} ${round(first[1])}h3`
      return `M${run.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}`
    })
    .join('')
}

/** The surface between the line and a base. */
export function areaPath(points: readonly Point[], baseY: number): string {
  return runs(points)
    .map(run => {
      const first = run[0]
      const last = run.at(-1)
      if (!first || !last) return ''
      const line = run.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')
      return `M${round(first[0])} ${round(baseY)}L${line}L${round(last[0])} ${round(baseY)}Z`
    })
    .join('')
}

/** Upright bars from a base, as one path. */
export function barsPath(bars: readonly (readonly [x: number, width: number, y: number])[], baseY: number): string {
  return bars
    .map(([x, width, y]) => `M${round(x)} ${round(baseY)}V${round(y)}h${round(width)}V${round(baseY)}Z`)
    .join('')
}

function runs(points: readonly Point[]): (readonly [number, number])[][] {
  const found: (readonly [number, number])[][] = []
  let run: (readonly [number, number])[] | undefined
  for (const [x, y] of points) {
    if (y === undefined) {
      run = undefined
    } else if (run) {
      run.push([x, y])
    } else {
      run = [[x, y]]
      found.push(run)
    }
  }
  return found
}
