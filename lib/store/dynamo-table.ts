import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { cloudError, isNamed } from './cloud-error.ts'
import { type Item, toItem } from './dynamo-item.ts'

/** Two writers of one item at the same moment: one of them has to ask again. */
const conflictAttempts = 10
const conflictAgainMs = 40

/** Longer each time, and never the same for two that have met. */
const conflictPauseMs = (attempt: number) => conflictAgainMs * attempt * (0.5 + Math.random())

type Key = { readonly pk: string; readonly sk: string }

/** What an item is, when it is read, and when. */
export type ReadItem = { readonly item: Item; readonly serverDateMs?: number }

/** The operations that both adapters make of one table; whatever AWS refuses is a `StoreError`. */
export class DynamoTable {
  readonly name: string
  readonly #client: DynamoDBClient

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client
    this.name = name
  }

  /** Strongly consistent. */
  async get(doing: string, key: Key): Promise<ReadItem | undefined> {
    const command = new GetItemCommand({ TableName: this.name, Key: toItem(key), ConsistentRead: true })
    let date: string | undefined
    command.middlewareStack.add(
      next => async request => {
        const result = await next(request)
        date = headerOf(result.response, 'date')
        return result
      },
      { step: 'deserialize' },
    )
    try {
      const { Item: item } = await this.#client.send(command)
      const serverDateMs = Date.parse(date ?? '')
      return item === undefined ? undefined : { item, ...(!Number.isNaN(serverDateMs) && { serverDateMs }) }
    } catch (error) {
      throw cloudError(doing, `in table ${this.name}`, error)
    }
  }

  /** Items in the order of the sort key, as many as `limit`, and whether there are more. */
  async query(
    doing: string,
    limit: number,
    input: Omit<QueryCommandInput, 'TableName' | 'Limit'>,
  ): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
    const items: Item[] = []
    let from = input.ExclusiveStartKey
    do {
      try {
        const page = await this.#client.send(
          new QueryCommand({
            ...input,
            TableName: this.name,
            // One more than asked for tells whether there are more.
            Limit: limit + 1 - items.length,
            ExclusiveStartKey: from,
          }),
        )
        items.push(...(page.Items ?? []))
        from = page.LastEvaluatedKey
      } catch (error) {
        throw cloudError(doing, `in table ${this.name}`, error)
      }
    } while (from !== undefined && items.length <= limit)
    return { items: items.slice(0, limit), more: items.length > limit }
  }

  /** The attributes that are asked for; undefined, and nothing written, where the condition does not hold. */
  async update(
    doing: string,
    key: Key,
    input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
  ): Promise<Item | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const command = new UpdateItemCommand({ ...input, TableName: this.name, Key: toItem(key) })
        return (await this.#client.send(command)).Attributes ?? {}
      } catch (error) {
        if (isNamed(error, 'ConditionalCheckFailedException')) return undefined
        const again = isNamed(error, 'TransactionConflictException') && attempt < conflictAttempts
        if (!again) throw cloudError(doing, `in table ${this.name}`, error)
        await sleep(conflictPauseMs(attempt))
      }
    }
  }

  /** What was removed; undefined where there was no such item, or the condition does not hold. */
  async delete(
    doing: string,
    key: Key,
    input: Omit<DeleteItemCommandInput, 'TableName' | 'Key' | 'ReturnValues'> = {},
  ): Promise<Item | undefined> {
    try {
      const command = new DeleteItemCommand({
        ...input,
        TableName: this.name,
        Key: toItem(key),
        ReturnValues: 'ALL_OLD',
      })
      return (await this.#client.send(command)).Attributes
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) return undefined
      throw cloudError(doing, `in table ${this.name}`, error)
    }
  }

  /** All or nothing. Undefined where all was written, else the number of the first write whose condition does not hold. */
  async transact(doing: string, writes: TransactWriteItemsCommandInput['TransactItems']): Promise<number | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes }))
        return undefined
      } catch (error) {
        const codes =
          error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : []
        const failed = codes.indexOf('ConditionalCheckFailed')
        if (failed >= 0) return failed
        const again = codes.includes('TransactionConflict') && attempt < conflictAttempts
        if (!again) throw cloudError(doing, `in table ${this.name}`, error)
        await sleep(conflictPauseMs(attempt))
      }
    }
  }
}

function headerOf(response: unknown, name: string): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined
  const { headers } = response
  if (typeof headers !== 'object' || headers === null) return undefined
  const value: unknown = Reflect.get(headers, name)
  return typeof value === 'string' ? value : undefined
}
