import type { Command } from '@commander-js/extra-typings'
import { distance } from 'fastest-levenshtein'
import type { Fault } from '../scenario/fault.ts'
import { nearestKey } from '../scenario/nearest-key.ts'

/** What a command of the command line knows of itself. */
type Known = Pick<Command<unknown[]>, 'name' | 'options' | 'registeredArguments' | 'usage'> & {
  readonly args: readonly string[]
}

/**
 * What stands on the command line and belongs to nothing that the command knows: every unknown option, or else arguments
 * that are too many. Commander's own check ends at the first of them. `typed` is the command line as it was given.
 */
export function argumentFaults(command: Known, typed: readonly string[]): readonly Fault[] {
  const unknown = unknownOptions(command.args, typed)
  const most = command.registeredArguments.length
  // What follows an unknown option may be its value, so then nothing is known to be too much.
  if (unknown.length > 0) return unknown.map(option => unknownOption(option, command))
  if (command.args.length <= most) return []
  const found = command.args.map(argument => JSON.stringify(argument)).join(', ')
  return [
    {
      message: `too many arguments for squall ${command.name()}: ${found}`,
      expected: `squall ${command.name()} ${command.usage()}`,
    },
  ]
}

/** Commander leaves unknown options among a command's arguments, in the order in which they were typed. */
function unknownOptions(args: readonly string[], typed: readonly string[]): readonly string[] {
  const literal = typed.indexOf('--')
  // Behind -- an argument may begin with a hyphen.
  const literals = literal < 0 ? 0 : typed.length - literal - 1
  const before = args.slice(0, Math.max(0, args.length - literals))
  const options = before.filter(argument => /^-./.test(argument) && argument !== '--' && !isNegativeNumber(argument))
  return [...new Set(options.map(option => option.replace(/=.*$/s, '')))]
}

function isNegativeNumber(argument: string): boolean {
  return /^-(\d+|\d*\.\d+)(e[+-]?\d+)?$/i.test(argument)
}

function unknownOption(option: string, command: Known): Fault {
  const known = command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]))
  const near = option.startsWith('--') ? nearestOption(option, known) : undefined
  const fault = { message: `${option}: squall ${command.name()} has no such option` }
  return near === undefined
    ? { ...fault, expected: `an option that squall ${command.name()} --help lists` }
    : { ...fault, fix: near }
}

/** Options are few and long, so a guess may be bolder than one of a scenario's keys. */
function nearestOption(option: string, known: readonly string[]): string | undefined {
  const near = nearestKey(option, known)
  if (near !== undefined) return near
  const steps = (name: string) => distance(option.slice(2), name.slice(2))
  const [closest] = known.toSorted((a, b) => steps(a) - steps(b))
  if (closest === undefined) return undefined
  const most = Math.min(3, Math.floor(Math.max(option.length, closest.length) / 2) - 1)
  return steps(closest) <= most ? closest : undefined
}
