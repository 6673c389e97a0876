import { basename } from 'node:path'
import type { Metafile } from 'esbuild'
import type { FunctionName } from '../plan/function-memory.ts'

/** Bytes of a function's code, without source maps. */
export type BundleSize = {
  /** What is read before the handler can be called: the entry, what it imports statically, and so on. */
  readonly startBytes: number
  /** All of it: what a scenario may need, too. */
  readonly bytes: number
  /** The libraries and folders of ours, the heaviest first. */
  readonly weights: readonly (readonly [name: string, bytes: number])[]
}

type Limits = { readonly startBytes: number; readonly bytes: number }

/** A generator's cold start counts in every leg, and a person waits for the API's; whatever a function holds is unpacked. */
const task: Limits = { startBytes: 600_000, bytes: 2_000_000 }
const limits: { readonly [name in FunctionName]: Limits } = {
  plan: task,
  generate: { ...task, bytes: 1_500_000 },
  watch: task,
  merge: task,
  aggregate: task,
  announce: task,
  api: { startBytes: 1_500_000, bytes: 2_000_000 },
}

/** `entry` is the name of the entry's file in the bundle's folder. */
export function bundleSize({ outputs }: Metafile, entry: string): BundleSize {
  const code = new Map(Object.entries(outputs).filter(([file]) => !file.endsWith('.map')))
  const started = new Set<string>()
  const waiting = [...code.keys()].filter(file => basename(file) === entry)
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (started.has(file) || !code.has(file)) continue
    started.add(file)
    for (const { kind, path } of code.get(file)?.imports ?? []) if (kind === 'import-statement') waiting.push(path)
  }
  const sum = (files: Iterable<string>) => [...files].reduce((bytes, file) => bytes + (code.get(file)?.bytes ?? 0), 0)
  return { startBytes: sum(started), bytes: sum(code.keys()), weights: weightsOf([...code.values()]) }
}

function weightsOf(outputs: readonly Metafile['outputs'][string][]): BundleSize['weights'] {
  const bytes = new Map<string, number>()
  for (const { inputs } of outputs)
    for (const [file, { bytesInOutput }] of Object.entries(inputs))
      bytes.set(ownerOf(file), (bytes.get(ownerOf(file)) ?? 0) + bytesInOutput)
  return [...bytes].toSorted(([, a], [, b]) => b - a)
}

function ownerOf(file: string): string {
  const library = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]
  return library ?? file.replace(/^(.*?\w+\/[^/]+)\/.*$/, '$1')
}

/** What is wrong with the size of a function's code, each with who weighs the most. */
export function sizeFaults(name: FunctionName, { startBytes, bytes, weights }: BundleSize): readonly string[] {
  const heaviest = weights.slice(0, 8).map(([owner, weight]) => `${owner} ${Math.round(weight / 1000)} kB`)
  const tooMuch = (what: string, found: number, limit: number) =>
    found <= limit ? [] : [`${name} ${what} ${found} bytes of code, more than ${limit}: ${heaviest.join(', ')}`]
  return [
    ...tooMuch('loads at its start', startBytes, limits[name].startBytes),
    ...tooMuch('has in all', bytes, limits[name].bytes),
  ]
}
