import { existsSync } from 'node:fs'
import process from 'node:process'
import { reasonOf } from '../store/store-error.ts'
import type { ScenarioSource } from '../workflow/prepare-run.ts'
import { CommandExit, exitCode } from './exit-code.ts'

/** The options that change what a scenario file says, in the language's order of precedence. */
export type ScenarioOptions = {
  readonly env?: string
  readonly set: readonly (readonly [string, string])[]
  readonly target?: string
  readonly users?: string
  readonly rate?: string
  readonly for?: string
  readonly envFile?: string
}

/** A scheme, or a host with a port: what is no http URL is told so, and not that it is a file that does not exist. */
const looksLikeUrl = /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+:\d+(\/|$)/i

/** What the user named, a file or a URL, with everything the command line says over it. */
export function scenarioSource(source: string, options: ScenarioOptions): ScenarioSource {
  if (options.envFile !== undefined) loadEnvFile(options.envFile)
  const { target, users, rate } = options
  const overrides = {
    ...(target !== undefined && { target }),
    ...(users !== undefined && { users }),
    ...(rate !== undefined && { rate }),
    ...(options.for !== undefined && { for: options.for }),
  }
  const load = { set: options.set, overrides, ...(options.env !== undefined && { environment: options.env }) }
  return looksLikeUrl.test(source) && !existsSync(source)
    ? { kind: 'url', url: source, options: load }
    : { kind: 'file', path: source, options: load }
}

/** Adds the file's variables to the process's; those that are set already stand. */
function loadEnvFile(file: string): void {
  try {
    process.loadEnvFile(file)
  } catch (error) {
    throw new CommandExit(exitCode.notStarted, `cannot read --env-file ${file}: ${reasonOf(error).reason}`)
  }
}
