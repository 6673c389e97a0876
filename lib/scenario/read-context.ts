/** Why a file of the scenario could not be had. `near` is a file in that folder that was most likely meant. */
export type FileFault = {
  readonly fault: 'missing' | 'not uploaded' | 'outside' | 'folder' | 'too large' | 'unreadable'
  readonly near?: string
  readonly detail?: string
}

/** What the command line says over the file. Values as they were written there. */
export type Overrides = {
  readonly target?: string
  readonly users?: string
  readonly rate?: string
  readonly for?: string
}

/** All that reading a scenario needs from outside: pure reading takes it as an argument. */
export type ReadContext = {
  /** The bytes of a file; `path` is relative to the scenario's folder, with `/`, and does not leave it by its spelling. */
  readonly readFile: (path: string) => Uint8Array | FileFault
  /** The environment variables of the place where the run is started. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--env NAME`. */
  readonly environment?: string
  /** `--set name=value`, in order. */
  readonly set?: readonly (readonly [string, string])[]
  readonly overrides?: Overrides
  /** Squall's version, for the user-agent. */
  readonly version: string
  /** What an unset `env` or `secret` without `or` is: a fault (the default), or a warning where the run starts elsewhere. */
  readonly unset?: 'fault' | 'warning'
  /** Who knows the secrets: `here` they are environment variables (the default); `elsewhere` they are not looked for. */
  readonly secrets?: 'here' | 'elsewhere'
}
