/** The line with its bare `{{ }}` in quotes: `get: {{ vars.path }}` as `get: "{{ vars.path }}"`. Undefined if there is none. */
export function quotedHole(line: string): { readonly line: string; readonly column: number } | undefined {
  for (const match of line.matchAll(/\{\{.*?\}\}/g)) {
    const before = line.slice(0, match.index)
    const quotes = before.replace(/\\./g, '')
    if ((quotes.match(/"/g)?.length ?? 0) % 2 === 1 || (quotes.match(/'/g)?.length ?? 0) % 2 === 1) continue
    if (/(^|\s)#/.test(before)) return undefined
    const start = Math.max(
      before.lastIndexOf(': ') + 2,
      before.lastIndexOf('- ') + 2,
      before.lastIndexOf('[') + 1,
      before.lastIndexOf(', ') + 2,
    )
    const flow = unbalanced(before)
    const rest = line.slice(match.index)
    const ending = flow ? /^(?:\{\{.*?\}\}|[^\s,\]}])+/ : /^(?:\{\{.*?\}\}|(?!\s+#|\s*$).)+/
    const end = match.index + (ending.exec(rest)?.[0].length ?? rest.length)
    const from = start + (line.slice(start).length - line.slice(start).trimStart().length)
    return {
      line: `${line.slice(0, from)}${quote(line.slice(from, end))}${line.slice(end)}`.trim(),
      column: match.index,
    }
  }
  return undefined
}

/** Whether more brackets are opened in the text than closed, or the other way round. */
export function unbalanced(text: string): boolean {
  return (text.match(/[{[]/g)?.length ?? 0) !== (text.match(/[}\]]/g)?.length ?? 0)
}

/** The text in the kind of quotes that it does not hold. */
export function quote(text: string): string {
  return text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
