import {
  type DocumentKind,
  type DocumentPage,
  type DocumentStore,
  documentText,
  type Put,
  type PutOptions,
  type StoredDocument,
} from './document-store.ts'
import { fromItem, type Item, toItem } from './dynamo-item.ts'
import type { DynamoTable } from './dynamo-table.ts'
import { itemKeys } from './table.ts'

const reading = 'read the documents'
const writing = 'write the document'

/** Documents of one DynamoDB table; they do not expire. */
export class DynamoDocumentStore implements DocumentStore {
  readonly #table: DynamoTable
  readonly #epochMs: () => number

  constructor(dynamoTable: DynamoTable, epochMs: () => number) {
    this.#table = dynamoTable
    this.#epochMs = epochMs
  }

  async put(kind: DocumentKind, name: string, body: unknown, { ifVersion }: PutOptions = {}): Promise<Put | undefined> {
    const old = await this.#table.update(writing, itemKeys.document(kind, name), {
      UpdateExpression: 'SET #body = :body, updatedAt = :now ADD #version :one',
      ExpressionAttributeNames: { '#body': 'body', '#version': 'version' },
      ExpressionAttributeValues: toItem({
        ':body': documentText(kind, name, body),
        ':now': new Date(this.#epochMs()).toISOString(),
        ':one': 1,
        ':expected': ifVersion === 0 ? undefined : ifVersion,
      }),
      ReturnValues: 'ALL_OLD',
      ...(ifVersion !== undefined && {
        ConditionExpression: ifVersion === 0 ? 'attribute_not_exists(pk)' : '#version = :expected',
      }),
    })
    if (old === undefined) return undefined
    if (old['version'] === undefined) return { version: 1 }
    const replaced = documentOf(old)
    return { version: replaced.version + 1, replaced }
  }

  async get(kind: DocumentKind, name: string): Promise<StoredDocument | undefined> {
    const found = await this.#table.get(reading, itemKeys.document(kind, name))
    return found === undefined ? undefined : documentOf(found.item)
  }

  async list(
    kind: DocumentKind,
    { limit, after }: { readonly limit: number; readonly after?: string },
  ): Promise<DocumentPage> {
    const { items, more } = await this.#table.query(reading, limit, {
      // What was put before is among them: a removal looks so for who needs what it removes.
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :kind',
      ExpressionAttributeValues: { ':kind': { S: itemKeys.document(kind, '').pk } },
      ...(after !== undefined && { ExclusiveStartKey: toItem(itemKeys.document(kind, after)) }),
    })
    const documents = items.map(documentOf)
    const last = documents.at(-1)
    return more && last !== undefined ? { documents, next: last.name } : { documents }
  }

  async delete(kind: DocumentKind, name: string, { ifVersion }: PutOptions = {}): Promise<StoredDocument | undefined> {
    const condition = {
      ConditionExpression: '#version = :expected',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: toItem({ ':expected': ifVersion }),
    }
    const key = itemKeys.document(kind, name)
    const removed = await this.#table.delete(writing, key, ifVersion === undefined ? {} : condition)
    return removed === undefined ? undefined : documentOf(removed)
  }
}

function documentOf(item: Item): StoredDocument {
  const { sk, body, version, updatedAt } = fromItem(item)
  return {
    name: String(sk),
    body: JSON.parse(String(body)),
    version: Number(version),
    updatedAt: String(updatedAt),
  }
}
