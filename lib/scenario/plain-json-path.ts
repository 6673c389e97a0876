/** Names by dot or in brackets, and indices: what is walked without the JSONPath library. */
const segment = /\.([A-Za-z_]\w*)|\[(?:(0|[1-9]\d{0,8})|'([^'\\]*)'|"([^"\\]*)")\]/y

/**
 * The steps of a path that names at most one place by names and indices from the start: `$.a.b[0]['c d']`. Undefined for
 * every other path.
 */
export function plainJsonPath(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined
  const keys: (string | number)[] = []
  segment.lastIndex = 1
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path)
    if (match === null) return undefined
    const [, name, index, single, double] = match
    keys.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index))
  }
  return keys
}
