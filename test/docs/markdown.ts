/** The titles of a page's second-level chapters. */
export function chapters(page: string): readonly string[] {
  return [...withoutFences(page).matchAll(/^## (.+)$/gm)].map(match => match[1] ?? '')
}

/** A chapter's text, to the next title of its level or above. */
export function chapter(page: string, title: string): string {
  const [, after] = page.split(`\n## ${title}\n`, 2)
  if (after === undefined) throw new Error(`no chapter "${title}"`)
  return after.split(/^##? /m, 1)[0] ?? ''
}

/** The first cells of all tables of a text without their heads, freed of code marks. */
export function column(text: string): readonly string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const cell = /^\| (.*?) \|/.exec(line)?.[1]
    const isHead = /^\|[-: |]+\|$/.test(lines[at + 1] ?? '')
    return cell === undefined || isHead ? [] : [cell.replaceAll('`', '')]
  })
}

export type Fence = { readonly language: string; readonly text: string; readonly line: number }

/** The fenced blocks of a page. */
export function fences(page: string): readonly Fence[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(match => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: page.slice(0, match.index).split('\n').length,
  }))
}

/** The page with its fenced blocks blanked out: what is in them is no title and no link. */
export function withoutFences(page: string): string {
  return page.replaceAll(/^```(\w*)\n([\s\S]*?)^```$/gm, '')
}

/** The anchor that GitHub gives a title. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-')
}
