import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { FUNCTION_MEMORY_MB } from '../../lib/plan/function-memory.ts'
import { table } from '../../lib/store/table.ts'
import { readDeployment } from '../../lib/workflow/deployment.ts'
import { templateOf } from './template.ts'

const template = templateOf()

describe('the stack', () => {
  it('keeps artifacts encrypted, private, by TLS only, for as long as it is told', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [Match.anyValue()] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      // All keys but those below kept/, which are of scenarios that are kept by name.
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ Prefix: 'runs/', ExpirationInDays: 90, Status: 'Enabled' }),
          Match.objectLike({ Prefix: 'uploads/', ExpirationInDays: 90, Status: 'Enabled' }),
          Match.objectEquals({
            Id: 'incomplete',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            Status: 'Enabled',
          }),
        ],
      },
    })
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
  })

  it('has the table that the store asks for', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: table.timeToLive, Enabled: true },
      KeySchema: [
        { AttributeName: table.partitionKey, KeyType: 'HASH' },
        { AttributeName: table.sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [table.byTime, table.byScenario].map(index =>
        Match.objectLike({
          IndexName: index.name,
          Projection: { ProjectionType: 'ALL' },
          KeySchema: [
            { AttributeName: index.partitionKey, KeyType: 'HASH' },
            { AttributeName: index.sortKey, KeyType: 'RANGE' },
          ],
        }),
      ),
    })
  })

  const timeouts = { plan: 60, generate: 900, watch: 360, merge: 900, aggregate: 900, announce: 60, api: 29 }
  it.each(Object.entries(timeouts))(
    'runs %s on Node 24 and ARM, for at most %i s, and no task twice by itself',
    (name, timeout) => {
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `squall-${name}`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: timeout,
        MemorySize: FUNCTION_MEMORY_MB[name as keyof typeof timeouts],
      })
      const functions = template.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: `squall-${name}` },
      })
      template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        FunctionName: { Ref: Object.keys(functions)[0] },
        // Starts by a schedule alone may be tried again: their runs have the same id.
        MaximumRetryAttempts: name === 'api' ? 2 : 0,
      })
    },
  )

  it('reserves concurrency where the configuration says that the quota allows it', () => {
    const reserved = { api: 10, watch: 6, plan: 5, aggregate: 4 }
    const functions = Object.values(
      templateOf({ reservedConcurrency: reserved }).findResources('AWS::Lambda::Function'),
    )
    const found = functions.map(({ Properties }) => [
      String(Properties.FunctionName).replace('squall-', ''),
      Properties.ReservedConcurrentExecutions,
    ])
    expect(Object.fromEntries(found.filter(([, value]) => value !== undefined))).toEqual(reserved)
    expect(JSON.stringify(template.findResources('AWS::Lambda::Function'))).not.toContain('ReservedConcurrent')
  })

  it('tells each function its part of the deployment, as the function reads it', () => {
    const parts = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => {
      const text = joined(Properties.Environment.Variables.SQUALL_DEPLOYMENT)
      expect(text.length).toBeLessThan(1500)
      return [Properties.FunctionName, readDeployment(text)] as const
    })
    const told = Object.fromEntries(parts)
    expect(told['squall-generate']).toMatchObject({ bucket: 'x', table: 'x', allow: { hosts: ['shop.example.com'] } })
    expect(told['squall-generate']).not.toHaveProperty('stateMachineArn')
    expect(told['squall-announce']).toMatchObject({ topicArn: 'x', eventBusName: 'default' })
    expect(told['squall-api']).toMatchObject({
      stateMachineArn: 'x',
      ceilings: { users: 20_000 },
      scheduler: { group: 'squall', targetArn: expect.stringContaining('function:squall-api') },
    })
  })

  it('starts the workflow of a stopped run by the status of exactly this machine', () => {
    const machines = template.findResources('AWS::StepFunctions::StateMachine')
    const of = (name: string) =>
      Object.keys(machines).find(id => machines[id]?.['Properties'].StateMachineName === name)
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [{ Ref: of('squall-run') }], status: ['ABORTED', 'FAILED', 'TIMED_OUT'] },
      },
      Targets: [
        Match.objectLike({
          Arn: { Ref: of('squall-stopped') },
          DeadLetterConfig: Match.anyValue(),
          InputTransformer: {
            InputPathsMap: { 'detail-name': '$.detail.name', 'detail-status': '$.detail.status' },
            InputTemplate: '{"runId":<detail-name>,"abort":"the execution ended as <detail-status>"}',
          },
        }),
      ],
    })
  })

  it('asks for IAM at every method, throttles, and logs every access', () => {
    template.allResourcesProperties('AWS::ApiGateway::Method', { AuthorizationType: 'AWS_IAM' })
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'v1',
      AccessLogSetting: Match.anyValue(),
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 })],
    })
  })

  it('asks for API keys by option', () => {
    const keyed = templateOf({ auth: 'apiKey' })
    keyed.allResourcesProperties('AWS::ApiGateway::Method', { ApiKeyRequired: true })
    keyed.resourceCountIs('AWS::ApiGateway::ApiKey', 1)
    keyed.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { RateLimit: 50, BurstLimit: 100 } })
  })

  it('tells people by mail, verdicts and alarms apart', () => {
    const told = templateOf({ notifications: { verdicts: ['a@example.com'], alarms: ['b@example.com'] } })
    const subscriptions = Object.values(told.findResources('AWS::SNS::Subscription')).map(
      ({ Properties }) => `${Properties.Endpoint} ${JSON.stringify(Properties.TopicArn).replace(/[0-9A-F]{8}"/, '"')}`,
    )
    expect(subscriptions.toSorted()).toEqual([
      'a@example.com {"Ref":"Verdicts"}',
      'b@example.com {"Ref":"AlarmsTopic"}',
    ])
  })

  it('has an alarm for each queue of dead letters and each part that may fail, all of which act', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties)
    expect(alarms.every(({ AlarmActions }) => AlarmActions.length === 1)).toBe(true)
    expect(alarms.map(({ AlarmName }) => AlarmName).toSorted()).toEqual([
      'squall-aggregate-errors',
      'squall-announce-errors',
      'squall-api-5xx',
      'squall-api-throttled',
      'squall-dead-letters-schedules',
      'squall-dead-letters-workflow',
      'squall-runs-not-ended',
      'squall-stopped-runs-failed',
      'squall-watch-errors',
      'squall-watch-throttled',
    ])
    template.resourceCountIs('AWS::SQS::Queue', 2)
  })

  it('puts those that send requests into subnets, by option, with ways to S3 and DynamoDB', () => {
    const placed = templateOf({
      region: 'eu-central-1',
      vpc: {
        vpcId: 'vpc-0a1b2c3d',
        subnets: [
          { subnetId: 'subnet-0a1b2c3d', routeTableId: 'rtb-0a1b2c3d', availabilityZone: 'eu-central-1a' },
          { subnetId: 'subnet-0b1b2c3d', routeTableId: 'rtb-0a1b2c3d', availabilityZone: 'eu-central-1b' },
        ],
      },
    })
    const inVpc = Object.values(placed.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.VpcConfig,
    )
    expect(inVpc.map(({ Properties }) => Properties.FunctionName).toSorted()).toEqual([
      'squall-aggregate',
      'squall-generate',
      'squall-plan',
    ])
    expect(inVpc[0]?.['Properties'].VpcConfig.SubnetIds).toEqual(['subnet-0a1b2c3d', 'subnet-0b1b2c3d'])
    placed.resourcePropertiesCountIs(
      'AWS::EC2::VPCEndpoint',
      { VpcEndpointType: 'Gateway', VpcId: 'vpc-0a1b2c3d', RouteTableIds: ['rtb-0a1b2c3d'] },
      2,
    )
    const groups = Object.values(placed.findResources('AWS::EC2::SecurityGroup'))
    expect(groups.map(({ Properties }) => Properties.SecurityGroupIngress)).toEqual([undefined])
    expect(groups[0]?.['Properties'].SecurityGroupEgress.map(({ FromPort }: { FromPort: number }) => FromPort)).toEqual(
      [443, 80],
    )
    expect(template.findResources('AWS::EC2::SecurityGroup')).toEqual({})
  })

  it('keeps the data of a stack that is destroyed only by option, and its logs never', () => {
    const kept = (given: typeof template) =>
      Object.values(given.toJSON()['Resources'] as Record<string, { Type: string; DeletionPolicy?: string }>)
        .filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'))
        .map(({ Type }) => Type)
        .toSorted()
    // The account's setting for API Gateway's logs and its role: other APIs may log by them.
    const account = ['AWS::ApiGateway::Account', 'AWS::IAM::Role']
    expect(kept(template)).toEqual(account)
    expect(kept(templateOf({ keepDataOnDestroy: true }))).toEqual(
      [...account, 'AWS::DynamoDB::Table', 'AWS::S3::Bucket'].toSorted(),
    )
    expect(kept(templateOf({ apiLogsRole: false }))).toEqual([])
    templateOf({ deletionProtection: true }).hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
    })
  })

  it('differs on a local AWS in nothing but the input of the rule’s target', () => {
    const local = templateOf({ local: true }).toJSON()
    const text = JSON.stringify(local)
    expect(text).toContain('{\\"id\\":<id>,\\"runId\\":<detail-name>')
    const asOnAws = text.replace('{\\"id\\":<id>,', '{').replace('"id":"$.id",', '')
    expect(JSON.parse(asOnAws)).toEqual(template.toJSON())
  })

  it('carries the tags for the bill', () => {
    templateOf({ tags: { team: 'shop' } }).hasResourceProperties('AWS::S3::Bucket', {
      Tags: Match.arrayWith([
        { Key: 'squall:stack', Value: 'squall' },
        { Key: 'team', Value: 'shop' },
      ]),
    })
  })

  it('says where things are', () => {
    expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual(
      ['ApiId', 'ApiUrl', 'BucketName', 'StateMachineArn', 'TableName', 'TopicArn'].toSorted(),
    )
  })
})

/** What CloudFormation makes of Fn::Join, with an x for each name that it knows only then. */
function joined(value: { 'Fn::Join': [string, unknown[]] }): string {
  return value['Fn::Join'][1].map(part => (typeof part === 'string' ? part : 'x')).join('')
}
