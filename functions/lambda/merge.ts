import { cloudPorts } from '../../lib/workflow/cloud-ports.ts'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'
import { merge } from '../merge.ts'

export const handler = lambdaTask('merge', deployment => merge(cloudPorts(deployment)))
