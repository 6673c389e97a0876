import { describe, expect, it } from 'vitest'
import { keys } from '../../lib/store/keys.ts'
import { itemKeys } from '../../lib/store/table.ts'
import { permissionsOf, templateOf } from './template.ts'

const permissions = permissionsOf(templateOf({ account: '123456789012', region: 'eu-central-1' }))
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:123456789012:${resource}`

const itemsOf = (...partitions: string[]) =>
  ` if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":${JSON.stringify(partitions)}}}`
const ownLogs = (logs: string) => [`Allow logs:CreateLogStream <${logs}>`, `Allow logs:PutLogEvents <${logs}>`]
/** Those that send a scenario's requests resolve its secrets; nobody else can. */
const secrets = [
  `Allow secretsmanager:GetSecretValue ${arn('secretsmanager', 'secret:squall/secrets/*')}`,
  `Allow ssm:GetParameters ${arn('ssm', 'parameter/squall/secrets/*')}`,
]
/** A key that is not there is 404 only for who may list. */
const readOf = (...patterns: string[]) => [
  ...patterns.map(pattern => `Allow s3:GetObject <Runs>/runs/*/${pattern}`),
  'Allow s3:ListBucket <Runs>',
]
/** What was asked for, which those who send requests need. */
const asked = ['request.json', 'files/*']
/** Step Functions delivers logs by these; AWS knows no narrower resource for them. */
const logDelivery = [
  'CreateLogDelivery',
  'DeleteLogDelivery',
  'DescribeLogGroups',
  'DescribeResourcePolicies',
  'GetLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'UpdateLogDelivery',
].map(action => `Allow logs:${action} *`)
const invoke = (...functions: string[]) => functions.map(name => `Allow lambda:InvokeFunction <Functions${name}>`)

/** Every statement of every role. Whoever widens one says here why. */
const expected: Readonly<Record<string, readonly string[]>> = {
  // PLACES: a run that is refused gives its place back with the same write.
  // Writes the plan and what it cuts from the data; sets the record's state; reads the control item while `before:` runs.
  FunctionsPlanRole: [
    ...ownLogs('FunctionsPlanLogs'),
    // Where `before:` failed it runs `after:`, with what was saved.
    ...readOf(...asked, 'data/*', 'plan.json', 'before.json', 'after.json'),
    ...secrets,
    'Allow s3:DeleteObject <Runs>/runs/*/before.json',
    'Allow s3:PutObject <Runs>/runs/*/after.json',
    'Allow s3:PutObject <Runs>/runs/*/before.json',
    'Allow s3:PutObject <Runs>/runs/*/legs/*/shard-*.data-*.json',
    'Allow s3:PutObject <Runs>/runs/*/plan.json',
    `Allow dynamodb:GetItem <Table>${itemsOf('RUN#*', 'CONTROL#*', 'PLACES')}`,
    `Allow dynamodb:UpdateItem <Table>${itemsOf('RUN#*', 'CONTROL#*', 'PLACES')}`,
  ],
  // Talks to strangers: it reads its control item, and writes what a shard leaves behind, nothing else.
  FunctionsGenerateRole: [
    ...ownLogs('FunctionsGenerateLogs'),
    // What `before:` saved may be tokens. Nothing that a run has measured.
    ...readOf(...asked, 'data/*', 'plan.json', 'before.json', 'legs/*/shard-*.data-*.json', 'legs/*/shard-*.claim'),
    ...secrets,
    'Allow s3:PutObject <Runs>/runs/*/legs/*/shard-*.cause',
    'Allow s3:PutObject <Runs>/runs/*/legs/*/shard-*.claim',
    'Allow s3:PutObject <Runs>/runs/*/legs/*/shard-*.result',
    'Allow s3:PutObject <Runs>/runs/*/live/*',
    `Allow dynamodb:GetItem <Table>${itemsOf('CONTROL#*')}`,
  ],
  // Beats and aborts in the control item; writes the live figures.
  FunctionsWatchRole: [
    ...ownLogs('FunctionsWatchLogs'),
    ...readOf('live-past.json', 'live/*', 'plan.json'),
    'Allow s3:PutObject <Runs>/runs/*/live-past.json',
    'Allow s3:PutObject <Runs>/runs/*/live.json',
    `Allow dynamodb:GetItem <Table>${itemsOf('CONTROL#*')}`,
    `Allow dynamodb:UpdateItem <Table>${itemsOf('CONTROL#*')}`,
  ],
  // Works on objects only.
  FunctionsMergeRole: [
    ...ownLogs('FunctionsMergeLogs'),
    ...readOf('legs/*/shard-*.cause', 'legs/*/shard-*.result', 'plan.json'),
    'Allow s3:PutObject <Runs>/runs/*/legs/*/summary',
  ],
  // Runs `after:` and notes it, writes reports, ends the record and puts the verdict in one transaction.
  FunctionsAggregateRole: [
    ...ownLogs('FunctionsAggregateLogs'),
    ...readOf(...asked, 'plan.json', 'before.json', 'after.json', 'report/report.json'),
    ...['summary', 'shard-*.cause', 'shard-*.result'].map(part => `Allow s3:GetObject <Runs>/runs/*/legs/*/${part}`),
    ...secrets,
    'Allow s3:DeleteObject <Runs>/runs/*/before.json',
    'Allow s3:PutObject <Runs>/runs/*/after.json',
    'Allow s3:PutObject <Runs>/runs/*/report/*',
    `Allow dynamodb:GetItem <Table>${itemsOf('RUN#*', 'CONTROL#*', 'PLACES')}`,
    `Allow dynamodb:PutItem <Table>${itemsOf('RUN#*', 'CONTROL#*', 'PLACES')}`,
    `Allow dynamodb:UpdateItem <Table>${itemsOf('RUN#*', 'CONTROL#*', 'PLACES')}`,
  ],
  // Knows the verdict from its input; notes whom it has told.
  FunctionsAnnounceRole: [
    ...ownLogs('FunctionsAnnounceLogs'),
    'Allow s3:GetObject <Runs>/runs/*/announced/*',
    'Allow s3:ListBucket <Runs>',
    'Allow s3:PutObject <Runs>/runs/*/announced/*',
    `Allow events:PutEvents ${arn('events', 'event-bus/default')} if {"StringEquals":{"events:source":"squall"}}`,
    'Allow sns:Publish <Verdicts>',
  ],
  // Stores what is asked for and presigns uploads with its own rights; never stops an execution: the control item does.
  // A kept scenario has a copy of its files that does not expire, and takes it with it: of a run nothing can be deleted.
  ApiRole: [
    ...ownLogs('ApiLogs'),
    ...readOf('live.json', 'plan.json', 'report/*', 'request.json'),
    'Allow s3:DeleteObject <Runs>/kept/*',
    'Allow s3:GetObject <Runs>/kept/*',
    'Allow s3:GetObject <Runs>/uploads/*',
    'Allow s3:PutObject <Runs>/kept/*',
    'Allow s3:PutObject <Runs>/runs/*/data/*',
    'Allow s3:PutObject <Runs>/runs/*/files/*',
    'Allow s3:PutObject <Runs>/runs/*/request.json',
    'Allow s3:PutObject <Runs>/uploads/*',
    ...['GetItem', 'UpdateItem', 'PutItem', 'DeleteItem', 'Query'].map(action => `Allow dynamodb:${action} <Table>`),
    'Allow dynamodb:Query <Table>/index/by-scenario',
    'Allow dynamodb:Query <Table>/index/by-time',
    'Allow states:StartExecution <WorkflowRun>',
    ...['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'].map(
      action => `Allow scheduler:${action} ${arn('scheduler', 'schedule/squall/*')}`,
    ),
    'Allow iam:PassRole <SchedulesRole> if {"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}',
    'Allow lambda:GetAccountSettings *',
    // A start by a schedule at which it failed, and which nobody waits for.
    'Allow sqs:SendMessage <ScheduleDeadLetters>',
  ],
  // Invokes each Task's function, and starts, sees and stops the children of its own Distributed Map.
  WorkflowRunRole: [
    ...logDelivery,
    ...invoke('Plan', 'Generate', 'Watch', 'Merge', 'Aggregate', 'Announce'),
    'Allow states:StartExecution <WorkflowRun>',
    `Allow states:DescribeExecution ${arn('states', 'execution:<WorkflowRun>/*')}`,
    `Allow states:StopExecution ${arn('states', 'execution:<WorkflowRun>/*')}`,
  ],
  WorkflowStoppedRole: [...logDelivery, ...invoke('Watch', 'Aggregate', 'Announce')],
  // The rule on the execution's status.
  WorkflowStoppedEventsRole: ['Allow states:StartExecution <WorkflowStopped>'],
  // EventBridge Scheduler, for schedules of this group.
  SchedulesRole: [
    `Allow lambda:InvokeFunction ${arn('lambda', 'function:squall-api')}`,
    'Allow sqs:SendMessage <ScheduleDeadLetters>',
  ],
}

describe('least privilege', () => {
  it.each(Object.keys(expected))('%s may do what is argued here, and no more', role => {
    expect(permissions[role]).toEqual(expected[role]?.toSorted())
  })

  it('has no other role with permissions', () => {
    expect(Object.keys(permissions).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  it('has no wildcard action anywhere', () => {
    const actions = Object.values(permissions).flatMap(lines => lines.map(line => line.split(' ')[1] ?? ''))
    expect(actions.filter(action => action.includes('*'))).toEqual([])
  })

  it('gives roles to the services that need them only, and schedules of the group alone may assume theirs', () => {
    const roles = templateOf().findResources('AWS::IAM::Role')
    const principals = Object.values(roles).map(({ Properties }) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service),
    )
    expect([...new Set(principals)].toSorted()).toEqual([
      '"apigateway.amazonaws.com"',
      '"events.amazonaws.com"',
      '"lambda.amazonaws.com"',
      '"scheduler.amazonaws.com"',
      '"states.amazonaws.com"',
    ])
    const scheduler = Object.values(roles).find(({ Properties }) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument).includes('scheduler.amazonaws.com'),
    )
    expect(scheduler?.['Properties'].AssumeRolePolicyDocument.Statement[0].Condition.StringEquals).toHaveProperty(
      'aws:SourceArn',
    )
  })
})

/** As IAM matches: * is any run of characters, slashes among them. */
function mayPut(role: string, key: string): boolean {
  return (permissions[role] ?? []).some(line => {
    const pattern = /^Allow s3:PutObject <Runs>\/(.*)$/.exec(line)?.[1]
    if (pattern === undefined) return false
    const parts = pattern.split('*').map(part => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`).test(key)
  })
}

describe('the patterns are those of the keys', () => {
  const run = '20261128-abc'
  const written: readonly (readonly [string, string, readonly string[]])[] = [
    ['upload', keys.upload('0a1b'), ['ApiRole']],
    ['kept', keys.kept('1c2d', '0a1b'), ['ApiRole']],
    ['request', keys.request(run), ['ApiRole']],
    ['file', keys.file(run, 'a/b.json'), ['ApiRole']],
    ['rows', keys.rows(run, 'users'), ['ApiRole']],
    ['plan', keys.plan(run), ['FunctionsPlanRole']],
    ['slice', keys.slice(run, 1, 2, 'users'), ['FunctionsPlanRole']],
    ['before', keys.before(run), ['FunctionsPlanRole']],
    ['after', keys.after(run), ['FunctionsPlanRole', 'FunctionsAggregateRole']],
    ['claim', keys.claim(run, 1, 2), ['FunctionsGenerateRole']],
    ['shardResult', keys.shardResult(run, 1, 2), ['FunctionsGenerateRole']],
    ['shardCause', keys.shardCause(run, 1, 2), ['FunctionsGenerateRole']],
    ['snapshot', keys.snapshot(run, 1, 2), ['FunctionsGenerateRole']],
    ['livePast', keys.livePast(run), ['FunctionsWatchRole']],
    ['live', keys.live(run), ['FunctionsWatchRole']],
    ['legSummary', keys.legSummary(run, 1), ['FunctionsMergeRole']],
    ['announced', keys.announced(run, 'event'), ['FunctionsAnnounceRole']],
    ['report', keys.report(run, 'report.json'), ['FunctionsAggregateRole']],
  ]

  it.each(written)('%s is written by one role', (_, key, roles) => {
    expect(Object.keys(permissions).filter(role => mayPut(role, key))).toEqual(roles)
  })

  it('and every key is here', () => {
    const prefixes = ['run', 'leg', 'shard']
    const named = written.map(([name]) => name)
    expect(Object.keys(keys).filter(name => !prefixes.includes(name) && !named.includes(name))).toEqual([])
  })

  it('and the partitions are those of the items', () => {
    expect(itemKeys.control(run).pk).toMatch(/^CONTROL#/)
    expect(itemKeys.record(run).pk).toMatch(/^RUN#/)
    expect(itemKeys.verdict(run).pk).toMatch(/^RUN#/)
    expect(itemKeys.places.pk).toBe('PLACES')
    expect(itemKeys.document('scenario', 'shop').pk).not.toMatch(/^(RUN#|CONTROL#|PLACES)/)
  })
})
