import { isIP } from 'node:net'

/** The addresses that connections come from, in turn: each has local ports of its own to one address of the target. */
export class LocalAddresses {
  readonly #addresses: readonly string[]
  #turn = 0

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses
  }

  /** One of the family of the address that is connected to; undefined where the system chooses. */
  next(target: string): string | undefined {
    if (this.#addresses.length === 0) return undefined
    const family = isIP(target)
    const alike = this.#addresses.filter(address => isIP(address) === family)
    // Of another family none would work; the error that the system gives says so best.
    const candidates = alike.length > 0 ? alike : this.#addresses
    return candidates[this.#turn++ % candidates.length]
  }
}
