import { Duration } from 'aws-cdk-lib'
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { Config } from './config.ts'
import type { ServiceAlarms, ServiceParts } from './service-alarms.ts'

const period = Duration.minutes(1)
const sum = { period, statistic: 'Sum' }

/** The service's own health at a glance. What a run measured is in its report, not here. */
export function dashboard(
  scope: Construct,
  config: Config,
  { functions, apiFunction, workflow, api }: ServiceParts,
  table: Table,
  { alarms }: ServiceAlarms,
): Dashboard {
  const all = [...functions.all(), ['api', apiFunction] as const]
  const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []) =>
    new GraphWidget({ title, left: [...left], right: [...right], width: 8, height: 6 })
  const made = new Dashboard(scope, 'Dashboard', {
    dashboardName: config.stack,
    defaultInterval: Duration.hours(3),
  })
  made.addWidgets(
    new TextWidget({
      markdown: `# ${config.stack}\nThe service itself; a run’s figures are in its report.`,
      width: 8,
      height: 3,
    }),
    new AlarmStatusWidget({ alarms: [...alarms], title: 'Alarms', width: 16, height: 3 }),
  )
  made.addWidgets(
    graph('Runs', [
      workflow.run.metricStarted(sum),
      workflow.run.metricSucceeded(sum),
      workflow.run.metricFailed(sum),
      workflow.run.metricAborted(sum),
      workflow.run.metricTimedOut(sum),
    ]),
    graph(
      'Generators: concurrent, errors, throttles',
      [functions.generate.metric('ConcurrentExecutions', { period, statistic: 'Maximum' })],
      [functions.generate.metricErrors(sum), functions.generate.metricThrottles(sum)],
    ),
    graph(
      'HTTP API',
      [api.metricCount(sum), api.metricClientError(sum), api.metricServerError(sum)],
      [api.metricLatency({ period, statistic: 'p95' })],
    ),
  )
  made.addWidgets(
    graph(
      'Errors of the functions',
      all.map(([name, fn]) => fn.metricErrors({ ...sum, label: name })),
    ),
    graph(
      'Longest invocations',
      all.map(([name, fn]) => fn.metricDuration({ period, statistic: 'Maximum', label: name })),
    ),
    graph(
      'Table: units and throttles',
      [table.metricConsumedReadCapacityUnits(sum), table.metricConsumedWriteCapacityUnits(sum)],
      [
        new MathExpression({
          label: 'throttled',
          expression: 'reads + writes',
          usingMetrics: {
            reads: table.metric('ReadThrottleEvents', sum),
            writes: table.metric('WriteThrottleEvents', sum),
          },
          period,
        }),
      ],
    ),
  )
  return made
}
