import type { FaultList } from './fault-list.ts'
import { lineOf } from './name-scope.ts'
import type { ReadContext } from './read-context.ts'
import { readNamedFile, shownPath } from './scenario-file.ts'
import { includedSchema } from './schema-scenario.ts'
import { asList, asMap, Section } from './section.ts'
import { decodeUtf8 } from './utf8.ts'
import { readYaml } from './yaml-document.ts'
import type { Entry, Node, SourceFile } from './yaml-node.ts'

/** What included files bring: variables from the weakest to the strongest, and snippets, each name once. */
export type Included = {
  readonly vars: readonly (readonly Entry[])[]
  readonly snippets: ReadonlyMap<string, Entry>
  /** False where a file could not be read: a name that is missing may stand there. */
  readonly complete: boolean
}

const MAX_INCLUDES = 100

/**
 * Follows `include:`; snippets of the including file are added last, and a name that comes twice is a fault.
 *
 * @param root the name of the scenario's own file, which may not be included
 */
export function readIncludes(
  include: Node | undefined,
  snippets: Node | undefined,
  root: string | undefined,
  context: ReadContext,
  faults: FaultList,
): Included {
  const vars: (readonly Entry[])[] = []
  const found = new Map<string, Entry>()
  const read = new Set<string>()
  let complete = true
  follow(include, root === undefined ? [] : [root])
  addSnippets(snippets)
  return { vars, snippets: found, complete }

  function follow(node: Node | undefined, open: readonly string[]): void {
    if (node === undefined) return
    const paths = asList(node, 'include', 'a list of paths: [auth.yml]', faults)
    if (paths === undefined) complete = false
    for (const path of paths ?? []) one(path, open)
  }

  function one(node: Node, open: readonly string[]): void {
    const file = readNamedFile(node, 'the included file', context, faults)
    if (file === undefined) {
      complete = false
      return
    }
    if (open.includes(file.path)) {
      faults.add(
        node.place,
        `the file includes itself: ${[...open.slice(open.indexOf(file.path)), file.path].join(' -> ')}`,
        {
          expected: 'includes without a circle',
        },
      )
      return
    }
    if (read.has(file.path)) return
    read.add(file.path)
    if (read.size > MAX_INCLUDES) {
      if (read.size === MAX_INCLUDES + 1)
        faults.add(node.place, `more than ${MAX_INCLUDES} files are included`, { expected: 'fewer' })
      return
    }
    const source: SourceFile = { shown: shownPath(node, file.path), folder: folderOf(file.path) }
    const text = decodeUtf8(file.bytes)
    if (text === undefined) {
      faults.add({ source, path: '' }, 'the file is not text in UTF-8', { expected: 'YAML in UTF-8' })
      complete = false
      return
    }
    const root = readYaml(text, source, faults)
    const map = root && asMap(root, 'an included file', 'a map with snippets and vars', faults)
    if (map === undefined) {
      complete = false
      return
    }
    const section = new Section(
      map,
      includedSchema,
      'an included file, which brings snippets and vars only',
      faults,
      'x-',
    )
    follow(section.written('include'), [...open, file.path])
    const varsNode = section.written('vars')
    const varsMap = varsNode && asMap(varsNode, 'vars', 'a map of names and values', faults)
    if (varsMap) vars.push(varsMap.entries)
    addSnippets(section.written('snippets'))
  }

  function addSnippets(node: Node | undefined): void {
    const map = node && asMap(node, 'snippets', 'a map of names and steps', faults)
    for (const entry of map?.entries ?? []) {
      const earlier = found.get(entry.key)
      if (earlier === undefined) found.set(entry.key, entry)
      else {
        const where =
          earlier.place.source?.shown === entry.place.source?.shown ? '' : ` of ${earlier.place.source?.shown}`
        faults.add(entry.place, `the snippet "${entry.key}" is there twice, first${lineOf(earlier.place)}${where}`, {
          expected: 'each name once',
        })
      }
    }
  }
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}
