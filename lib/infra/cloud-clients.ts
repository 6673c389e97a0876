import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { fromNodeProviderChain } from '@aws-sdk/credential-providers'

export type CloudClients = {
  readonly cloudFormation: CloudFormationClient
  readonly s3: S3Client
  readonly executions: SFNClient
}

/** Clients with the credentials that the AWS tools would find. AWS_ENDPOINT_URL leads to an emulator. */
export function cloudClients(options: { readonly region?: string; readonly profile?: string }): CloudClients {
  const { region, profile } = options
  const settings = {
    ...(region !== undefined && { region }),
    credentials: fromNodeProviderChain(profile === undefined ? {} : { profile }),
  }
  return {
    cloudFormation: new CloudFormationClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined }),
    executions: new SFNClient(settings),
  }
}
