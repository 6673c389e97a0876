import { httpFailure } from './error-kind.ts'
import type { HttpDispatcher, HttpRequest } from './http-dispatcher.ts'
import type { DispatcherFactory } from './http-dispatchers.ts'

/** A secret that may be sent to some hosts only; `allowed` judges a URL's host name. */
export type BoundSecret = {
  readonly name: string
  readonly value: string
  allowed(hostname: string): boolean
}

/**
 * Dispatchers that send no bound secret to another host than its own, redirects included: such a request ends as `secret
 * not allowed` before anything is connected. The secret is looked for as a value, so it does not matter by which saved
 * name it came, in the forms in which requests carry one: as it is, percent-encoded, as JSON has it, in base64 and
 * hexadecimal. Requests to a secret's own hosts cost one look into a map.
 */
export function bindSecrets(factory: DispatcherFactory, secrets: readonly BoundSecret[]): DispatcherFactory {
  if (secrets.length === 0) return factory
  const searched = secrets.map(secret => ({ secret, forms: formsOf(secret.value) }))
  const byOrigin = new Map<string, typeof searched>()
  const foreignTo = (origin: string): typeof searched => {
    const known = byOrigin.get(origin)
    if (known !== undefined) return known
    const hostname = URL.parse(origin)?.hostname ?? ''
    const foreign = searched.filter(({ secret }) => !secret.allowed(hostname))
    // Templates may give any number of origins.
    if (byOrigin.size < 1_000) byOrigin.set(origin, foreign)
    return foreign
  }
  const leaked = (request: HttpRequest): BoundSecret | undefined =>
    foreignTo(request.origin).find(({ forms }) => carries(request, forms))?.secret
  return {
    description: factory.description,
    get connections() {
      return factory.connections
    },
    dropWaiting: () => factory.dropWaiting(),
    close: () => factory.close(),
    open: () => new BoundDispatcher(factory.open(), leaked),
  }
}

class BoundDispatcher implements HttpDispatcher {
  readonly #inner: HttpDispatcher
  readonly #leaked: (request: HttpRequest) => BoundSecret | undefined

  constructor(inner: HttpDispatcher, leaked: (request: HttpRequest) => BoundSecret | undefined) {
    this.#inner = inner
    this.#leaked = leaked
  }

  dispatch(request: HttpRequest, handler: Parameters<HttpDispatcher['dispatch']>[1]): void {
    const secret = this.#leaked(request)
    if (secret === undefined) {
      this.#inner.dispatch(request, handler)
      return
    }
    // The origin is not shown: it may be made of the secret.
    const message = `secret.${secret.name} may not be sent to this host: it is bound to others`
    // Never inside `dispatch`.
    process.nextTick(() => handler.onError(httpFailure('secret not allowed', message), 0, 0))
  }

  reset(): void {
    this.#inner.reset()
  }

  destroy(): void {
    this.#inner.destroy()
  }

  get connections(): number {
    return this.#inner.connections
  }
}

/** In lower case, which URLs' hosts are in: base64 loses nothing by it that would matter to a search. */
function carries({ origin, path, headers, body }: HttpRequest, forms: readonly string[]): boolean {
  const texts = [origin, path, ...headers]
  if (body !== null) texts.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'))
  return texts.some(text => {
    const lower = text.toLowerCase()
    const unescaped = decoded(lower)
    // A form's plus is a space, a path's is a plus.
    const readings = [lower, unescaped, decoded(lower.replaceAll('+', ' '))]
    return forms.some(form => readings.some(reading => reading.includes(form)))
  })
}

/** Percent escapes undone, byte by byte, whichever characters were escaped. */
function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)).toLowerCase(),
  )
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const json = Buffer.from(JSON.stringify(value).slice(1, -1))
  const forms = [
    bytes.toString('latin1'),
    json.toString('latin1'),
    encodeURIComponent(value.toWellFormed()),
    bytes.toString('hex'),
    ...base64Forms(bytes),
  ]
  return [...new Set(forms.map(form => form.toLowerCase()))].filter(form => form !== '')
}

/** The characters that depend on the value alone, at each of the three places where it can begin in what is encoded. */
function base64Forms(bytes: Buffer): readonly string[] {
  const forms = [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const fromCharacter = Math.ceil((before * 8) / 6)
    const toCharacter = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(fromCharacter, toCharacter)
  })
  // So few characters would be found in anything.
  const long = forms.filter(form => form.length >= 6)
  return [...long, ...long.map(form => form.replaceAll('+', '-').replaceAll('/', '_'))]
}
