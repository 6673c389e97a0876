import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { Config } from './config.ts'
import { accept } from './nag.ts'

/** What the keys of objects begin with that have their time (lib/store/keys.ts); `kept` has none. */
const expiring = ['runs', 'uploads']

/**
 * Every artifact of every run: encrypted, reached by TLS only, never public, gone after the retention, and so are uploads.
 * The files of a kept scenario stay as long as it is kept. `squall destroy` empties it first: CloudFormation deletes no
 * bucket that holds anything.
 */
export function runsBucket(scope: Construct, { retentionDays, keepDataOnDestroy }: Config): Bucket {
  const bucket = new Bucket(scope, 'Runs', {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: keepDataOnDestroy ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    lifecycleRules: [
      ...expiring.map(prefix => ({ id: prefix, prefix: `${prefix}/`, expiration: Duration.days(retentionDays) })),
      { id: 'incomplete', abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  })
  accept(bucket, {
    'AwsSolutions-S1':
      'Server access logs of a load test are as many as its snapshots, need a second bucket that outlives this one, and say nothing that CloudTrail data events do not; an account that wants them turns those on.',
  })
  return bucket
}
