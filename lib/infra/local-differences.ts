import { EventField } from 'aws-cdk-lib/aws-events'

/**
 * Where a local AWS (LocalStack 4.14, MiniStack) differs from what AWS documents. The template is AWS's; with `local: true`
 * of the configuration it is changed here, and nowhere else.
 */

/**
 * LocalStack names the execution that a rule starts after the field `id` of what is left when the rule has transformed
 * the event, and fails where there is none ("TargetDeliveryFailure: 'id'"); AWS makes a name. The workflow ignores it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export const localTargetInput = { id: EventField.eventId }

/**
 * The emulator's own output names a host that does not resolve without its DNS server, so its REST APIs are called by
 * path. https://docs.localstack.cloud/aws/services/apigateway/
 */
export function localApiUrl(endpoint: string, apiId: string, stage: string): string {
  return `${endpoint.replace(/\/$/, '')}/_aws/execute-api/${apiId}/${stage}`
}
