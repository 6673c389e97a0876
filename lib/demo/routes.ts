/** What a route of the sample shop answers and how much work it is. */
export type Route = {
  readonly method: string
  readonly pattern: RegExp
  /** The name under which the target counts it, as Squall names requests. */
  readonly name: string
  /** Milliseconds of work with the database, median; 0: answers from memory. */
  readonly databaseMs: number
  readonly needsToken: boolean
  readonly answer: (request: RouteRequest) => RouteAnswer
}

export type RouteRequest = { readonly path: string; readonly body: unknown; readonly number: number }
export type RouteAnswer = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const ok = (body: unknown): RouteAnswer => ({ status: 200, body })
const created = (body: unknown): RouteAnswer => ({ status: 201, body })
const product = (id: number) => ({ id, name: `Umbrella no. ${id}`, price: (id % 90) + 9.5, inStock: id % 7 !== 0 })
const text = (body: unknown, key: string): string | undefined => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

const login = ({ body, number }: RouteRequest): RouteAnswer => {
  const user = text(body, 'user') ?? text(body, 'email') ?? text(body, 'username')
  if (user === undefined || text(body, 'password') === undefined)
    return { status: 400, body: { error: 'user and password are needed' } }
  return {
    status: 200,
    body: { access_token: `token-${number}-${user}`, expires_in: 3600 },
    headers: { 'set-cookie': `session=s${number}; Path=/; HttpOnly` },
  }
}

const route = (
  method: string,
  path: string,
  databaseMs: number,
  answer: Route['answer'],
  options: { readonly needsToken?: boolean } = {},
): Route => ({
  method,
  name: `${method} ${path}`,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  databaseMs,
  needsToken: options.needsToken ?? false,
  answer,
})

/** The sample shop. The last group are the services of the examples. */
export const routes: readonly Route[] = [
  route('GET', '/', 0, () => ok({ service: 'the sample shop', try: ['/health', '/products', '/login'] })),
  route('GET', '/health', 0, () => ok({ status: 'up' })),
  route('GET', '/products', 12, () => ok({ items: Array.from({ length: 20 }, (_, index) => product(index + 1)) })),
  route('GET', '/products/{id}', 6, ({ path }) => {
    const id = Number(path.slice('/products/'.length))
    return Number.isInteger(id) && id >= 1 && id <= 500
      ? ok(product(id))
      : { status: 404, body: { error: 'no such product' } }
  }),
  route('GET', '/search', 25, () => ok({ items: [product(3), product(14)] })),
  route('POST', '/register', 45, ({ number }) => created({ id: number })),
  route('POST', '/login', 30, login),
  route('GET', '/me', 5, () => ok({ name: 'A. Customer', orders: 3 }), { needsToken: true }),
  route('POST', '/cart', 15, ({ number }) => created({ cart: number }), { needsToken: true }),
  route('GET', '/groups', 14, () => ok({ groups: [{ id: 1, name: 'walkers' }] }), { needsToken: true }),
  route('POST', '/groups', 20, ({ number }) => created({ id: number }), { needsToken: true }),

  route('POST', '/webhook', 18, ({ number }) => ({ status: 202, body: { accepted: true, id: number } })),
  route('GET', '/api/analytics/stats', 22, () => ok({ visits: 1042, sales: 17 })),
  route('POST', '/api/notifications/send', 16, ({ number }) => ({ status: 202, body: { queued: number } })),
  route('POST', '/api/payments/pay', 28, ({ number }) => created({ payment: number, state: 'authorised' })),
  route('POST', '/api/v1/deployments/', 20, ({ number }) => created({ deployment: number, state: 'queued' })),
]
