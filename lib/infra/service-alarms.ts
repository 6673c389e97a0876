import { Duration, Stack } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Config } from './config.ts'
import type { RunWorkflow } from './run-workflow.ts'
import type { SquallFunctions } from './squall-functions.ts'

export type ServiceParts = {
  readonly functions: SquallFunctions
  readonly apiFunction: IFunction
  readonly workflow: RunWorkflow
  readonly api: RestApi
  readonly deadLetters: { readonly [name: string]: IQueue }
}

const period = Duration.minutes(5)

/**
 * Alarms of the service itself, each of which says that Squall, not a target, has failed. A generator's error is none of
 * them: a lost shard is told by the run's own verdict.
 */
export class ServiceAlarms extends Construct {
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, config: Config, parts: ServiceParts) {
    super(scope, id)
    const topic = new Topic(this, 'Topic', { displayName: 'Squall alarms', enforceSSL: true })
    for (const address of config.notifications.alarms) topic.addSubscription(new EmailSubscription(address))
    // A topic with a policy of its own (TLS only) has lost the default one, by which the account's alarms could publish.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    const action = new SnsAction(topic)
    const alarm = (name: string, description: string, metric: IMetric): Alarm => {
      const made = new Alarm(this, name, {
        alarmName: `${config.stack}-${name}`,
        alarmDescription: description,
        metric,
        threshold: 0,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      made.addAlarmAction(action)
      return made
    }
    const { functions, apiFunction, workflow, api, deadLetters } = parts
    const { aggregate, announce, watch } = functions
    this.alarms = [
      ...Object.entries(deadLetters).map(([name, queue]) =>
        alarm(
          `dead-letters-${name}`,
          'Something could not be delivered: read the messages of the queue',
          queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
        ),
      ),
      alarm(
        'runs-not-ended',
        'An execution failed or timed out; the workflow "stopped" made its verdict. Aborted ones are no fault',
        workflow.run.metricFailed({ period, statistic: 'Sum' }),
      ),
      alarm(
        'stopped-runs-failed',
        'A run that was stopped got no verdict: see the executions of the workflow "stopped"',
        workflow.stopped.metricFailed({ period, statistic: 'Sum' }),
      ),
      alarm('api-5xx', 'The HTTP API answered with 5xx', api.metricServerError({ period, statistic: 'Sum' })),
      alarm(
        'api-throttled',
        'The function of the HTTP API got no place among the account’s concurrent invocations: an abort waits',
        apiFunction.metricThrottles({ period, statistic: 'Sum' }),
      ),
      alarm(
        'watch-throttled',
        'A watch got no place among the account’s concurrent invocations: its run’s generators stop after 30 s',
        watch.metricThrottles({ period, statistic: 'Sum' }),
      ),
      alarm('watch-errors', 'A watch failed and was tried again', watch.metricErrors({ period, statistic: 'Sum' })),
      alarm('aggregate-errors', 'A verdict could not be made', aggregate.metricErrors({ period, statistic: 'Sum' })),
      alarm('announce-errors', 'A verdict could not be told', announce.metricErrors({ period, statistic: 'Sum' })),
    ]
  }
}
