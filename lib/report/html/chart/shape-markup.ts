import { html, type Markup, trusted } from '../markup.ts'
import type { Shape } from './shape.ts'

/** A drawing as markup. Tags and attribute names are the template's own; values and text are escaped. */
export function shapeMarkup(drawing: Shape): Markup {
  const tag = trusted(drawing.tag)
  const attributes = Object.entries(drawing.attributes).map(([name, value]) => html` ${trusted(name)}="${value}"`)
  const content = typeof drawing.content === 'string' ? drawing.content : drawing.content.map(shapeMarkup)
  return html`<${tag}${attributes}>${content}</${tag}>`
}
