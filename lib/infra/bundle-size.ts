/** Static imports of a module as esbuild writes them minified; `import("./x.mjs")` is none. */
const staticImport = /(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g

/** Bytes that are read before a handler can be called: the entry, and what it imports statically, and so on. */
export function startBytes(sources: ReadonlyMap<string, string>, entry: string): number {
  const seen = new Set<string>()
  const waiting = [entry]
  let bytes = 0
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const source = sources.get(file)
    if (source === undefined || seen.has(file)) continue
    seen.add(file)
    bytes += Buffer.byteLength(source)
    for (const [, imported] of source.matchAll(staticImport)) if (imported !== undefined) waiting.push(imported)
  }
  return bytes
}
