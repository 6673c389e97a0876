import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { keys } from '../store/keys.ts'

/** Where a file is to be put, and with which header fields. */
export type UploadPlace = { readonly url: string; readonly headers: Readonly<Record<string, string>> }

/** Places for files, by their SHA-256. */
export type Uploads = { place(sha256: string, bytes: number): Promise<UploadPlace> }

const validForS = 900

/** Presigned PUTs to the bucket. S3 refuses other bytes and more of them: checksum and length are a part of what is signed. */
export function cloudUploads(bucket: string): Uploads {
  const client = new S3Client({
    forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  return {
    async place(sha256, bytes) {
      const checksum = Buffer.from(sha256, 'hex').toString('base64')
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: keys.upload(sha256),
        ChecksumSHA256: checksum,
        ContentLength: bytes,
      })
      const unhoistableHeaders = new Set(['x-amz-checksum-sha256'])
      const url = await getSignedUrl(client, command, { expiresIn: validForS, unhoistableHeaders })
      return { url, headers: { 'x-amz-checksum-sha256': checksum } }
    },
  }
}
