import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { Config } from './config.ts'

/** The bus that verdicts are put on: the account's own, so that rules of others see them. */
export const EVENT_BUS_NAME = 'default'

/**
 * The topic that Announce tells every verdict to. A subscriber that wants the failing ones only gives its subscription
 * the filter policy { "verdict": ["fail", "inconclusive"] }.
 */
export function verdictTopic(scope: Construct, { notifications }: Config): Topic {
  const topic = new Topic(scope, 'Verdicts', { displayName: 'Squall verdicts', enforceSSL: true })
  for (const address of notifications.verdicts) topic.addSubscription(new EmailSubscription(address))
  return topic
}
