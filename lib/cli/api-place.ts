import type { Fault } from '../scenario/fault.ts'

/** What the API's places are called on a command line, such as `--when` for `body.expression`. */
export type PlaceNames = Readonly<Record<string, string>>

/** A fault as the API tells it, at the place that the user gave: an option, or the file that was named. */
export function atUsersPlace({ line, column, ...fault }: Fault, names: PlaceNames, file?: string): Fault {
  const known = Object.keys(names).find(place => fault.path === place || fault.path?.startsWith(`${place}.`))
  if (known !== undefined) return { ...fault, path: names[known] ?? known }
  // The text that was sent is not the file's: environment, variables and options are in place in it.
  if (file !== undefined && (fault.file !== undefined || fault.path !== undefined)) return { ...fault, file }
  return { ...fault, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}
