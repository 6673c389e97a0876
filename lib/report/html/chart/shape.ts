/**
 * A drawing as a tree of SVG elements. The page's markup and the script in the browser draw from the same tree, so the
 * picture is complete without the script and the same with it.
 */
export type Shape = {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly content: readonly Shape[] | string
}

export function shape(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly Shape[] | string = [],
): Shape {
  return { tag, attributes, content }
}

/** A label: `x`, `y` of its baseline; `anchor` start, middle or end. */
export function label(x: number, y: number, text: string, className: string, anchor = 'start'): Shape {
  return shape('text', { x: round(x), y: round(y), class: className, 'text-anchor': anchor }, text)
}

export function horizontal(x1: number, x2: number, y: number, className: string): Shape {
  return shape('line', { x1: round(x1), x2: round(x2), y1: round(y), y2: round(y), class: className })
}

export function vertical(x: number, y1: number, y2: number, className: string): Shape {
  return shape('line', { x1: round(x), x2: round(x), y1: round(y1), y2: round(y2), class: className })
}

/** A tenth of a pixel is finer than any screen shows, and keeps paths short. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
