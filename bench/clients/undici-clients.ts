/**
 * undici's own Client, one a user, asked as cheaply as it can be: `undici-clients.ts URL CONNECTIONS SECONDS`. Prints how
 * many answers have come.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'undici'

const [url = '', connections = '1', seconds = '1'] = process.argv.slice(2)
const { origin, pathname: path } = new URL(url)
const options = { method: 'GET', path } as const
let answers = 0
let ending = false

class Loop {
  readonly #client = new Client(origin, {
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { rejectUnauthorized: false },
  })

  next(): void {
    if (ending) void this.#client.close()
    else this.#client.dispatch(options, this)
  }

  onRequestStart(): void {}
  onResponseStart(): void {}
  onResponseData(): void {}

  onResponseEnd(): void {
    answers++
    this.next()
  }

  onResponseError(_controller: unknown, error: Error): void {
    throw error
  }
}

for (let i = 0; i < Number(connections); i++) new Loop().next()
await sleep(Number(seconds) * 1000)
ending = true
process.once('exit', () => console.log(answers))
