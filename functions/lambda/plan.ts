import { awsSecrets } from '../../lib/workflow/aws-secrets.ts'
import { cloudPorts } from '../../lib/workflow/cloud-ports.ts'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'
import { plan } from '../plan.ts'

export const handler = lambdaTask('plan', deployment =>
  plan(cloudPorts(deployment, awsSecrets(deployment.secretPrefix, deployment.region))),
)
