import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

/** Where what is too large for an answer of the API may be read. */
export type Downloads = { urlOf(key: string, type: string): Promise<string> }

const validForS = 300

/** Presigned GETs from the bucket. */
export function cloudDownloads(bucket: string): Downloads {
  const client = new S3Client({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined })
  return {
    urlOf: (key, type) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentType: type }), {
        expiresIn: validForS,
      }),
  }
}
