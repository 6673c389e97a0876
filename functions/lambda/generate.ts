import { randomUUID } from 'node:crypto'
import { steadyClock } from '../../lib/generate/clock.ts'
import { awsSecrets } from '../../lib/workflow/aws-secrets.ts'
import { cloudPorts } from '../../lib/workflow/cloud-ports.ts'
import { awaitCommonStart } from '../../lib/workflow/common-start.ts'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'
import { generate } from '../generate.ts'

export const handler = lambdaTask('generate', deployment => {
  const ports = cloudPorts(deployment, awsSecrets(deployment.secretPrefix, deployment.region))
  return input => {
    // All that an invocation does at an instant of the wall clock follows from one reading of it (decision 8).
    const world = { ...ports, clock: steadyClock() }
    return generate({
      ...world,
      // Not the request id: a retry that the service makes by itself has the same, and the first try may have sent.
      nonce: randomUUID(),
      awaitStart: (plan, leg, stopped) => awaitCommonStart(world, plan, leg, stopped),
    })(input)
  }
})
