import type { HttpHeaders } from './http-dispatcher.ts'

/** undici's headers, which it has decoded already: lower-case names, a list where a name is repeated. */
export class UndiciHeaders implements HttpHeaders {
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>

  constructor(headers: Readonly<Record<string, string | string[] | undefined>>) {
    this.#headers = headers
  }

  get(name: string): string | undefined {
    return this.all(name)[0]
  }

  all(name: string): readonly string[] {
    const value = Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined
    return value === undefined ? [] : Array.isArray(value) ? value : [value]
  }

  entries(): readonly (readonly [string, string])[] {
    return Object.keys(this.#headers).flatMap(name => this.all(name).map(value => [name, value] as const))
  }
}
