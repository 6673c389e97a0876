import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { keepUpload } from '../workflow/local-uploads.ts'
import { MAX_FILES_BYTES } from '../workflow/read-uploads.ts'
import type { ApiPorts } from './api-ports.ts'
import { createApi } from './app.ts'
import { Problem } from './problem.ts'

/** Names under which a server on this machine is asked by programs on this machine. */
const ownNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

/**
 * The API as `squall serve` gives it: at /v1, with uploads to the same server. It has no callers to tell apart and no
 * signatures, so a web page in this machine's browser must not reach it: a name that DNS was bent to this machine for is
 * refused by its Host field, and a page's own requests need a CORS consent that is never given.
 */
export function createServeApp(ports: ApiPorts, tellFault: (error: unknown) => void): Hono {
  const app = new Hono({ strict: false })
  app.use(async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (!ownNames.test(host))
      return new Problem(403, `this server is not ${host}: it answers to 127.0.0.1 only`).response()
    if (context.req.header('origin') !== undefined)
      return new Problem(403, 'this server does not answer to web pages').response()
    await next()
    return undefined
  })
  const tooLarge = () => new Problem(413, `an upload has at most ${MAX_FILES_BYTES} bytes`).response()
  app.put(
    '/v1/uploads/:sha256{[0-9a-f]{64}}',
    bodyLimit({ maxSize: MAX_FILES_BYTES, onError: tooLarge }),
    async context => {
      const bytes = new Uint8Array(await context.req.arrayBuffer())
      const isKept = await keepUpload(ports.objects, context.req.param('sha256'), bytes)
      return isKept ? context.body(null, 204) : new Problem(400, 'these bytes have another SHA-256').response()
    },
  )
  app.route('/v1', createApi(ports, tellFault))
  app.notFound(({ req: { path } }) => {
    const isInApi = /^\/v1(\/|$)/.test(path)
    const where = isInApi ? '/v1/openapi.json lists what there is' : 'the API is at /v1'
    return new Problem(404, `there is nothing at ${path}: ${where}`).response()
  })
  return app
}
