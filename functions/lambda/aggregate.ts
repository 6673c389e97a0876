import { awsSecrets } from '../../lib/workflow/aws-secrets.ts'
import { cloudPorts } from '../../lib/workflow/cloud-ports.ts'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'
import { aggregate } from '../aggregate.ts'

export const handler = lambdaTask('aggregate', deployment =>
  aggregate(cloudPorts(deployment, awsSecrets(deployment.secretPrefix, deployment.region))),
)
