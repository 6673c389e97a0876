import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'

/** Deletes every object, up to 1,000 at a time, and gives their number. The bucket keeps no versions. */
export async function emptyBucket(s3: S3Client, bucket: string): Promise<number> {
  let count = 0
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]))
    if (Objects.length === 0) return count
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    )
    const [first] = Errors
    if (first !== undefined) throw new Error(`cannot delete ${first.Key} of ${bucket}: ${first.Message}`)
    count += Objects.length
  }
}
