import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { cloudError, statusOf } from './cloud-error.ts'
import type { ObjectStore } from './object-store.ts'

/** The client repeats a request whose answer fails, but not one whose answer breaks off. */
const readAttempts = 3
/** Writers of the same key at the same moment: S3 answers 409 to some, who have to ask again. */
const claimAttempts = 20
const claimAgainMs = 50

/** Objects of one S3 bucket. A put is whole or not at all, and is read by whoever asks after it: S3 is strongly consistent. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(client: S3Client, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      let answered = false
      try {
        const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }))
        answered = true
        return (await Body?.transformToByteArray()) ?? new Uint8Array()
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        if (!answered || attempt === readAttempts) throw cloudError('read', this.#name(key), error)
      }
    }
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    try {
      await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body }))
    } catch (error) {
      throw cloudError('write', this.#name(key), error)
    }
  }

  /**
   * Where the answer to a put that succeeded was lost, the client's next attempt finds its own object, and false is
   * returned: who must know the difference writes something of its own and reads it (decision 6).
   */
  async putIfAbsent(key: string, body: Uint8Array): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, IfNoneMatch: '*' }))
        return true
      } catch (error) {
        const status = statusOf(error)
        if (status === 412) return false
        if (status !== 409 || attempt === claimAttempts) throw cloudError('write', this.#name(key), error)
        await sleep(claimAgainMs)
      }
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    const keys: string[] = []
    let token: string | undefined
    do {
      try {
        // A page holds 1,000 keys.
        const page = await this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        )
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key)
        token = page.NextContinuationToken
      } catch (error) {
        throw cloudError('list', this.#name(prefix), error)
      }
    } while (token !== undefined)
    return keys
  }

  async delete(key: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }))
    } catch (error) {
      throw cloudError('delete', this.#name(key), error)
    }
  }

  #name(key: string): string {
    return `s3://${this.#bucket}/${key}`
  }
}
