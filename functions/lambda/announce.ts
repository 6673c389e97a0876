import { cloudAnnouncer } from '../../lib/workflow/cloud-announcer.ts'
import { cloudPorts } from '../../lib/workflow/cloud-ports.ts'
import { lambdaTask } from '../../lib/workflow/lambda-task.ts'
import { announce } from '../announce.ts'

export const handler = lambdaTask('announce', deployment =>
  announce(cloudAnnouncer(deployment, cloudPorts(deployment).objects)),
)
