import { createHash } from 'node:crypto'
import type { Reading } from '../scenario/fault.ts'
import { printScenario } from '../scenario/print-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { readSource, type ScenarioSource } from './prepare-run.ts'

/** A scenario as it travels to the API: the resolved text, the variables it names, and its files by their SHA-256. */
export type ScenarioUpload = {
  readonly scenario: Scenario
  /** YAML: environment, variables, includes and `--` options are in place. Code never travels, only what it gave. */
  readonly text: string
  readonly env: Readonly<Record<string, string>>
  /** SHA-256, hexadecimal, by path as the text names it. */
  readonly files: Readonly<Record<string, string>>
  readonly contents: ReadonlyMap<string, Uint8Array>
}

/** Reads a scenario where it is written, with this machine's variables and files; secrets stay names. */
export async function scenarioUpload(source: ScenarioSource): Promise<Reading<ScenarioUpload>> {
  const read = new Map<string, Uint8Array>()
  const options = {
    ...source.options,
    secrets: 'elsewhere' as const,
    onFile: (path: string, bytes: Uint8Array) => void read.set(path, bytes),
  }
  const reading = await readSource({ ...source, options })
  if (!reading.ok) return reading
  const { scenario, attachments } = reading.value
  const text = printScenario(scenario, attachments)
  const files: Record<string, string> = {}
  const contents = new Map<string, Uint8Array>()
  const named = new Set([...attachments.files.keys(), ...scenario.data.flatMap(({ file }) => file ?? [])])
  for (const [path, bytes] of read) {
    // Included files are part of the text by now.
    if (!named.has(path)) continue
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    files[path] = sha256
    contents.set(sha256, bytes)
  }
  return { ok: true, value: { scenario, text, env: scenario.env, files, contents }, warnings: reading.warnings }
}
