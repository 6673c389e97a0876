import type { Shape } from '../chart/shape.ts'
import { type PageElement, page } from './dom.ts'

/** A drawing as elements: text is set as text, so that no name in it can become markup. */
export function shapeElement(drawing: Shape): PageElement {
  const element = page.document.createElementNS('http://www.w3.org/2000/svg', drawing.tag)
  for (const [name, value] of Object.entries(drawing.attributes)) element.setAttribute(name, String(value))
  if (typeof drawing.content === 'string') element.textContent = drawing.content
  else element.append(...drawing.content.map(shapeElement))
  return element
}
