import { cloudPorts } from '../../lib/workflow/cloud-ports.ts'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'
import { watch } from '../watch.ts'

export const handler = lambdaTask('watch', deployment => watch(cloudPorts(deployment)))
