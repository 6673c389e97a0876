import { fromItem, type Item, settingOf, toItem } from './dynamo-item.ts'
import { placesGivenBack, placesOf, placeTaken } from './dynamo-places.ts'
import type { DynamoTable } from './dynamo-table.ts'
import { formatCursor, type ListPlace, parseCursor } from './list-cursor.ts'
import {
  type Control,
  type Created,
  hasEnded,
  type LastChange,
  type RunChange,
  type RunPage,
  type RunQuery,
  type RunRecord,
  type RunState,
  type RunStore,
} from './run-store.ts'
import { StoreError } from './store-error.ts'
import type { StoredVerdict } from './stored-verdict.ts'
import { itemKeys, listKeys, table } from './table.ts'

const reading = 'read the runs'
const writing = "write the run's record"
const DAY_S = 86_400
/** How often others may come between: each time one of them has got its place. */
const placeAttempts = 50

const isThere = 'attribute_exists(pk)'
const isNotThere = 'attribute_not_exists(pk)'

export type RunStoreOptions = {
  epochMs(): number
  /** How long a run is kept after it was begun; without it for ever. */
  readonly retentionDays?: number
}

/** Runs, verdicts and control items of one DynamoDB table. */
export class DynamoRunStore implements RunStore {
  readonly #table: DynamoTable
  readonly #options: RunStoreOptions

  constructor(dynamoTable: DynamoTable, options: RunStoreOptions) {
    this.#table = dynamoTable
    this.#options = options
  }

  async create(record: RunRecord, most = Number.POSITIVE_INFINITY): Promise<Created> {
    const lists = { ...listKeys.all, ...listKeys.scenario(record.scenario), ...listKeys.place(record) }
    const control = { beat: 0, beatAtMs: this.#options.epochMs() }
    for (let attempt = 1; attempt <= placeAttempts; attempt++) {
      const places = placesOf((await this.#table.get(reading, itemKeys.places))?.item)
      if (places.holders.length >= most)
        return (await this.get(record.id)) === undefined ? { kind: 'full', holders: places.holders } : { kind: 'taken' }
      const failed = await this.#table.transact(writing, [
        this.#put({ ...itemKeys.record(record.id), ...lists, ...record }),
        this.#put({ ...itemKeys.control(record.id), ...control }),
        placeTaken(this.#table.name, places, record),
      ])
      if (failed === undefined) return { kind: 'created' }
      if (failed < 2) return { kind: 'taken' }
      // The places have changed since they were read, which another's success did: they are read again.
    }
    throw new StoreError(`cannot ${writing} in table ${this.#table.name}: too many start runs at once`, 'BUSY')
  }

  async release(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await this.#table.transact(writing, [placesGivenBack(this.#table.name, ids)])
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const found = await this.#table.get(reading, itemKeys.record(id))
    return found === undefined ? undefined : parseRecord(found.item)
  }

  async update(id: string, change: RunChange, states?: readonly RunState[]): Promise<boolean> {
    // DynamoDB refuses a SET of nothing.
    if (Object.keys(change).length === 0) return this.#isIn(id, states)
    const { ExpressionAttributeNames, ExpressionAttributeValues, UpdateExpression } = settingOf(change)
    const allowed = Object.fromEntries((states ?? []).map((state, index) => [`:s${index}`, state]))
    const input = {
      UpdateExpression,
      ConditionExpression:
        states === undefined ? isThere : `${isThere} AND #state IN (${Object.keys(allowed).join(', ')})`,
      ExpressionAttributeNames: { ...ExpressionAttributeNames, ...(states !== undefined && { '#state': 'state' }) },
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem(allowed) },
    }
    const key = itemKeys.record(id)
    if (!hasEnded(change.state)) return (await this.#table.update(writing, key, input)) !== undefined
    const { name } = this.#table
    const failed = await this.#table.transact(writing, [
      { Update: { TableName: name, Key: toItem(key), ...input } },
      placesGivenBack(name, [id]),
    ])
    return failed === undefined
  }

  async finish(id: string, change: LastChange, verdict: StoredVerdict): Promise<void> {
    const { schema } = verdict
    const failed = await this.#table.transact(writing, [
      this.#put({ ...itemKeys.verdict(id), schema, verdict: JSON.stringify(verdict) }),
      {
        Update: {
          TableName: this.#table.name,
          Key: toItem(itemKeys.record(id)),
          ConditionExpression: isThere,
          ...settingOf(change),
        },
      },
      placesGivenBack(this.#table.name, [id]),
    ])
    // The first write fails where there is a verdict already, the second where there is no run.
    if (failed === 1) throw new StoreError(`there is no run ${id}`, 'MISSING')
  }

  async verdict(id: string): Promise<StoredVerdict | undefined> {
    const found = await this.#table.get(reading, itemKeys.verdict(id))
    return found === undefined ? undefined : parseVerdict(found.item)
  }

  async list({ limit, after, scenario }: RunQuery): Promise<RunPage> {
    const index = scenario === undefined ? table.byTime : table.byScenario
    const list = scenario === undefined ? listKeys.all : listKeys.scenario(scenario)
    const { items, more } = await this.#table.query(reading, limit, {
      IndexName: index.name,
      KeyConditionExpression: '#list = :list',
      ExpressionAttributeNames: { '#list': index.partitionKey },
      ExpressionAttributeValues: { ':list': { S: Object.values(list).join() } },
      ScanIndexForward: false,
      ...(after !== undefined && { ExclusiveStartKey: startKey(parseCursor(after), list) }),
    })
    const records = items.map(parseRecord)
    const last = records.at(-1)
    return more && last !== undefined ? { records, next: formatCursor(last) } : { records }
  }

  async control(id: string): Promise<Control | undefined> {
    const found = await this.#table.get("read the run's control item", itemKeys.control(id))
    if (found === undefined) return undefined
    const { beat, beatAtMs, abort } = fromItem(found.item)
    return {
      beat: Number(beat),
      beatAtMs: Number(beatAtMs),
      ...(typeof abort === 'string' && { abort }),
      ...(found.serverDateMs !== undefined && { serverDateMs: found.serverDateMs }),
    }
  }

  async beat(id: string): Promise<void> {
    await this.#table.update("write the run's beat", itemKeys.control(id), {
      UpdateExpression: 'ADD beat :one SET beatAtMs = :now',
      ExpressionAttributeValues: toItem({ ':one': 1, ':now': this.#options.epochMs() }),
      ConditionExpression: isThere,
    })
  }

  async abort(id: string, reason: string): Promise<void> {
    await this.#table.update('stop the run', itemKeys.control(id), {
      UpdateExpression: 'SET #abort = if_not_exists(#abort, :reason)',
      ExpressionAttributeNames: { '#abort': 'abort' },
      ExpressionAttributeValues: toItem({ ':reason': reason }),
      ConditionExpression: isThere,
    })
  }

  /** Connections end with the process. */
  close(): void {}

  async #isIn(id: string, states?: readonly RunState[]): Promise<boolean> {
    const record = await this.get(id)
    return record !== undefined && (states === undefined || states.includes(record.state))
  }

  #put(values: Readonly<Record<string, string | number | undefined>>) {
    const { retentionDays, epochMs } = this.#options
    const expiry =
      retentionDays === undefined
        ? {}
        : { [table.timeToLive]: Math.floor(epochMs() / 1000) + Math.ceil(retentionDays * DAY_S) }
    return {
      Put: { TableName: this.#table.name, Item: toItem({ ...values, ...expiry }), ConditionExpression: isNotThere },
    }
  }
}

/** The keys of the table and of the index, of the item after which a list goes on. It need not be there any more. */
function startKey(place: ListPlace, list: Readonly<Record<string, string>>): Item {
  return toItem({ ...itemKeys.record(place.id), ...listKeys.place(place), ...list })
}

/** An item is only ever written by this class; a record of another version would be a newer Squall's. */
function parseRecord(item: Item): RunRecord {
  const { pk, sk, listPk, listSk, scenarioPk, expiresAt, ...record } = fromItem(item)
  if (record['schema'] !== 'squall.run.v1')
    throw new StoreError(`run record of unknown version ${record['schema']}`, 'VERSION')
  return record as RunRecord
}

function parseVerdict(item: Item): StoredVerdict {
  const { schema, verdict } = fromItem(item)
  if (schema !== 'squall.verdict.v1') throw new StoreError(`verdict of unknown version ${schema}`, 'VERSION')
  return JSON.parse(String(verdict)) as StoredVerdict
}
