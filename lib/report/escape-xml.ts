import { visibleText } from './escape-control.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/**
 * Text for an XML 1.0 attribute or element. Characters that XML 1.0 forbids (section 2.2) are replaced by pictures
 * before, since they cannot be written there even as references; `>` is escaped for the sake of `]]>`.
 */
export function xmlText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
}
