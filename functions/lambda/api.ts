import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import { handle } from 'hono/aws-lambda'
import { createApi } from '../../lib/api/app.ts'
import { callerOf } from '../../lib/api/caller-of.ts'
import { scheduledStart, startScheduled } from '../../lib/api/schedules.ts'
import { cloudApiPorts } from '../../lib/workflow/cloud-api-ports.ts'
import { readDeployment } from '../../lib/workflow/deployment.ts'

const logger = new Logger({ serviceName: 'squall-api' })
const ports = {
  ...cloudApiPorts(readDeployment(process.env['SQUALL_DEPLOYMENT'])),
  caller: ({ env }: { readonly env: unknown }) => callerOf(env),
}
type ApiEvent = Parameters<typeof answer>[0]
const answer = handle(createApi(ports, error => logger.error('fails', error instanceof Error ? error : String(error))))

/** The HTTP API behind API Gateway, and the runs of schedules, which come as events of their own. */
export const handler = middy<ApiEvent>()
  .use(injectLambdaContext(logger))
  .handler(async (event, context) => {
    const scheduled = scheduledStart.safeParse(event)
    if (scheduled.success) return { runId: await startScheduled(ports, scheduled.data) }
    return answer(withoutUnreadBody(event), context)
  })

/** API Gateway passes the body of a GET on, and `Request` takes none: the router would never see the request. */
function withoutUnreadBody(event: ApiEvent): ApiEvent {
  const isRead = !('httpMethod' in event) || (event.httpMethod !== 'GET' && event.httpMethod !== 'HEAD')
  return isRead ? event : { ...event, body: null }
}
