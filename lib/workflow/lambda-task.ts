import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import { type Deployment, readDeployment } from './deployment.ts'

type Task<T> = (input: unknown) => Promise<T>

/**
 * A Task state's Lambda handler: reads the deployment once, when the function is loaded, and logs each invocation's
 * input, which names the run, and its failure. Inputs are small and hold no secret (decision 10).
 */
export function lambdaTask<T>(serviceName: string, prepare: (deployment: Deployment) => Task<T>) {
  const logger = new Logger({ serviceName: `squall-${serviceName}` })
  const task = prepare(readDeployment(process.env['SQUALL_DEPLOYMENT']))
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (input: unknown): Promise<T> => {
      logger.info('begins', { input })
      try {
        const output = await task(input)
        logger.info('ends')
        return output
      } catch (error) {
        logger.error('fails', error instanceof Error ? error : String(error))
        throw error
      }
    })
}
