import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { FileFault, ReadContext } from './read-context.ts'
import { readString } from './read-value.ts'
import type { Node, SourceFile } from './yaml-node.ts'

/** A file that a scenario names: its path inside the scenario's folder, and its bytes. */
export type ScenarioFile = { readonly path: string; readonly bytes: Uint8Array }

/**
 * Reads a file that the scenario names. Paths are relative to the file they stand in, and may not leave its folder; that holds for the
 * spelling here, and for links where the bytes are read.
 */
export function readNamedFile(
  node: Node,
  what: string,
  context: ReadContext,
  faults: FaultList,
): ScenarioFile | undefined {
  const written = readString(node, faults, what)
  if (written === undefined) return undefined
  if (written.includes('{{')) {
    return faults.add(node.place, `${what} holds {{ }}`, {
      expected: 'the path of one file; rows and bodies are read before the run starts',
    })
  }
  const path = pathInside(written, node.place.source)
  if (path === undefined) {
    return faults.add(
      node.place,
      `${what} "${written}" leaves the folder of ${node.place.source?.shown ?? 'the scenario'}`,
      {
        expected: 'a relative path below that folder, with /',
        fix: fixLine(node, written.split(/[\\/]/).at(-1) ?? ''),
      },
    )
  }
  const bytes = context.readFile(path)
  if (bytes instanceof Uint8Array) return { path, bytes }
  reportFile(node, what, written, bytes, faults)
  return undefined
}

/** The path relative to the scenario's folder, undefined if it leaves the folder of the file it stands in. */
function pathInside(written: string, source: SourceFile | undefined): string | undefined {
  if (/^([/\\~]|[A-Za-z]:)/.test(written) || /[\\\0]/.test(written)) return undefined
  const parts: string[] = []
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  if (parts.length === 0) return undefined
  const folder = source?.folder ?? ''
  return folder === '' ? parts.join('/') : `${folder}/${parts.join('/')}`
}

function reportFile(node: Node, what: string, written: string, found: FileFault, faults: FaultList): void {
  const messages: Readonly<Record<FileFault['fault'], string>> = {
    missing: `${what} "${written}" does not exist`,
    'not uploaded': `${what} "${written}" did not come with the request`,
    outside: `${what} "${written}" is a link that leaves the scenario's folder`,
    folder: `${what} "${written}" is a folder`,
    'too large': `${what} "${written}" is too large`,
    unreadable: `${what} "${written}" cannot be read`,
  }
  const detail = found.detail === undefined ? '' : ` (${found.detail})`
  faults.add(node.place, `${messages[found.fault]}${detail}`, {
    expected: found.near ?? expectedFile(found, written),
    fix: found.near === undefined ? undefined : fixLine(node, found.near),
  })
}

function expectedFile({ fault }: FileFault, written: string): string {
  return fault === 'not uploaded'
    ? `"files": { "${written}": SHA-256 } beside the scenario, of bytes that were put where POST /v1/uploads says`
    : "a file in the scenario's folder"
}

/** The file beside the one that names it, as the user would write it. */
export function shownPath(node: Node, path: string): string {
  const source = node.place.source
  if (source === undefined) return path
  const folder = source.shown.includes('/') ? source.shown.slice(0, source.shown.lastIndexOf('/') + 1) : ''
  return folder + (source.folder === '' ? path : path.slice(source.folder.length + 1))
}
