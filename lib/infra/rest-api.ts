import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type MethodOptions,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { Config } from './config.ts'
import { accept } from './nag.ts'

/** The version of the API is the stage's name, and so the beginning of its paths. */
export const API_STAGE = 'v1'

/** `keyId`: of the first API key, where callers need one. */
export type HttpApi = { readonly api: RestApi; readonly keyId: string | undefined }

/**
 * The HTTP API in front of the one `api` function. Who may call it is decided here: by IAM, where the role of the caller
 * says so, or by an API key. What a request says is checked by the router, which lists every fault at once.
 */
export function restApi(scope: Construct, config: Config, handler: IFunction): HttpApi {
  const { throttle } = config
  const api = new RestApi(scope, 'HttpApi', {
    restApiName: config.stack,
    description: 'Squall: starts, follows and stops load tests',
    endpointTypes: [EndpointType.REGIONAL],
    cloudWatchRole: config.apiLogsRole,
    ...(config.apiLogsRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
    deployOptions: {
      stageName: API_STAGE,
      throttlingRateLimit: throttle.ratePerSecond,
      throttlingBurstLimit: throttle.burst,
      loggingLevel: MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      metricsEnabled: true,
      accessLogDestination: new LogGroupLogDestination(
        new LogGroup(scope, 'ApiAccessLogs', {
          logGroupName: `/squall/${config.stack}/api-access`,
          retention: config.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      ),
      accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
    },
  })
  const integration = new LambdaIntegration(handler, { proxy: true, timeout: Duration.seconds(29) })
  const validator = api.addRequestValidator('Validator', { validateRequestParameters: true, validateRequestBody: true })
  const options: MethodOptions = {
    requestValidator: validator,
    ...(config.auth === 'iam'
      ? { authorizationType: AuthorizationType.IAM }
      : { authorizationType: AuthorizationType.NONE, apiKeyRequired: true }),
  }
  api.root.addResource('{proxy+}').addMethod('ANY', integration, {
    ...options,
    requestParameters: { 'method.request.path.proxy': true },
  })
  let keyId: string | undefined
  if (config.auth === 'apiKey') {
    const plan = api.addUsagePlan('Callers', {
      throttle: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst },
      apiStages: [{ stage: api.deploymentStage }],
    })
    const key = api.addApiKey('FirstKey', { description: `The first key of ${config.stack}` })
    plan.addApiKey(key)
    keyId = key.keyId
  }
  // ApiUrl says the same, under a name that does not change.
  api.node.tryRemoveChild('Endpoint')
  acceptFindings(api, config)
  return { api, keyId }
}

function acceptFindings(api: RestApi, { auth, apiLogsRole }: Config): void {
  accept(api, {
    'AwsSolutions-APIG3':
      'A web ACL costs money at rest. The stage is throttled and every method asks for IAM or a key; who opens the API wider attaches one to the stage.',
    'AwsSolutions-COG4':
      'Callers are machines and AWS principals: IAM, or API keys by option. A user pool would be a second list of users.',
    ...(auth === 'apiKey' && {
      'AwsSolutions-APIG4': 'By option: every method asks for an API key, which API Gateway checks.',
    }),
    ...(apiLogsRole && {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'API Gateway writes its logs with one role an account, for which AWS has this managed policy only; apiLogsRole: false leaves it out.',
    }),
  })
}
