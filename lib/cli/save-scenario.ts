import { realpathSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { formatFaults } from '../scenario/fault.ts'
import { printScenario } from '../scenario/print-scenario.ts'
import type { ReadResult } from '../scenario/read-scenario.ts'
import { scenarioText } from '../scenario/url-scenario.ts'
import { reasonOf } from '../store/store-error.ts'
import type { ScenarioSource } from '../workflow/prepare-run.ts'
import { CommandExit, exitCode } from './exit-code.ts'

/** `--save FILE`: the scenario that is run, which finds its files from there. */
export async function saveScenario(file: string, source: ScenarioSource, read: ReadResult): Promise<void> {
  const { scenario, attachments } = read
  const text =
    source.kind === 'url'
      ? scenarioText(source.url, scenario)
      : printScenario(scenario, attachments, moved(file, source, read))
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  } catch (error) {
    throw new CommandExit(exitCode.notStarted, `cannot write ${file}: ${reasonOf(error).reason}`)
  }
}

/**
 * Paths from the folder of the scenario as they are from the folder of what is saved. A scenario cannot name what is not
 * below its folder: where one of its files is not, it is not saved there.
 */
function moved(
  file: string,
  source: Exclude<ScenarioSource, { readonly kind: 'url' }>,
  { scenario, attachments }: ReadResult,
): (path: string) => string {
  const folder = source.kind === 'file' ? dirname(realOf(source.path)) : realOf(source.folder)
  const savedIn = dirname(realOf(file))
  const pathOf = (path: string) => relative(savedIn, join(folder, path)).split(sep).join('/')
  const named = [...scenario.data.flatMap(set => set.file ?? []), ...attachments.files.keys()]
  const outside = named.filter(path => /^\.\.(\/|$)/.test(pathOf(path)) || isAbsolute(pathOf(path)))
  if (outside.length === 0) return pathOf
  const fault = {
    path: '--save',
    message: `--save ${file}: from there the scenario cannot name ${outside.slice(0, 3).join(', ')}${outside.length > 3 ? ` and ${outside.length - 3} more` : ''}`,
    expected: 'a file in the folder of the scenario, or above it: a scenario names what is below its own folder',
  }
  throw new CommandExit(exitCode.notStarted, formatFaults([fault]))
}

/** Where a path leads, links resolved as far as it exists. */
function realOf(path: string): string {
  const full = resolve(path)
  try {
    return realpathSync(full)
  } catch {
    const above = dirname(full)
    return above === full ? full : join(realOf(above), full.slice(above.length))
  }
}
