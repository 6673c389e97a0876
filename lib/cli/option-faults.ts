import { type Fault, formatFaults } from '../scenario/fault.ts'
import { CommandExit, exitCode } from './exit-code.ts'

/**
 * The faults of one command line's options. Who finds one leaves it here and goes on; where the command would begin they
 * are told together.
 */
export class OptionFaults {
  readonly #faults: Fault[] = []
  readonly #besides: (() => Promise<readonly Fault[]>)[] = []

  add(...faults: readonly Fault[]): void {
    this.#faults.push(...faults)
  }

  /** What the scenario's reader would tell beside its own faults is told here only if nothing comes to be read. */
  addBesides(find: () => Promise<readonly Fault[]>): void {
    this.#besides.push(find)
  }

  /** Ends the command with all of them; none, and it begins. */
  async tell(): Promise<void> {
    if (this.#faults.length === 0) return
    const besides = await Promise.all(this.#besides.map(find => find()))
    throw new CommandExit(exitCode.notStarted, formatFaults([...this.#faults, ...besides.flat()]))
  }
}

/** A fault of one option in one sentence, which begins with the option's name. */
export function optionFault(option: string, message: string): Fault {
  return { path: option, message: `${option}${message}` }
}
