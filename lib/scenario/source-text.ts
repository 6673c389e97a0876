import type { LineCounter } from 'yaml'
import type { Place, SourceFile } from './yaml-node.ts'

/** A file's text, and the line and column of every offset in it. */
export class SourceText {
  readonly text: string
  readonly #file: SourceFile
  readonly #lines: LineCounter

  /** @param lines filled by the parser as it reads the text */
  constructor(text: string, file: SourceFile, lines: LineCounter) {
    this.text = text
    this.#file = file
    this.#lines = lines
  }

  place(offset: number, path: string): Place {
    return { source: this.#file, ...this.position(offset), path }
  }

  /** Both from 1; columns count characters, as an editor shows them, and not UTF-16 units. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const line = Math.max(1, this.#lines.linePos(offset).line)
    const start = this.#lines.lineStarts[line - 1] ?? 0
    return { line, column: [...this.text.slice(start, offset)].length + 1 }
  }

  /** The line with this number, without its end. */
  line(number: number): string {
    const start = this.#lines.lineStarts[number - 1] ?? 0
    const end = this.#lines.lineStarts[number] ?? this.text.length
    return this.text.slice(start, end).replace(/\r?\n$/, '')
  }
}
