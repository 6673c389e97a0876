/** The names of a GraphQL document's operations, in order. Comments, texts and everything inside braces are left out. */
export function graphqlOperation(document: string): readonly string[] {
  const bare = document.replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*/g, ' ')
  const names: string[] = []
  let depth = 0
  for (const [word] of bare.matchAll(/[{}]|\b(?:query|mutation|subscription)\s+[A-Za-z_]\w*/g)) {
    if (word === '{') depth += 1
    else if (word === '}') depth -= 1
    else if (depth === 0) names.push(word.split(/\s+/).at(-1) ?? '')
  }
  return names
}
