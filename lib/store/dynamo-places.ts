import { type Item, toItem } from './dynamo-item.ts'
import { itemKeys } from './table.ts'

/**
 * The places of the runs under way: one item with an attribute for each run, and a version. Who takes a place has counted
 * those of the version that it writes over, so that of two who count the same one has to count again. Who gives one back
 * asks for no version, and raises it: a run holds one place in its life, so that it can be given back any number of times.
 */
type Places = { readonly holders: readonly string[]; readonly version: number }

const prefix = 'RUN#'

export function placesOf(item: Item | undefined): Places {
  const names = Object.keys(item ?? {}).filter(name => name.startsWith(prefix))
  return { holders: names.map(name => name.slice(prefix.length)), version: Number(item?.['version']?.N ?? 0) }
}

/** A write of a transaction, whose condition fails where the places have changed. */
export function placeTaken(
  table: string,
  { version }: Places,
  { id, createdAt }: { readonly id: string; readonly createdAt: string },
) {
  return {
    Update: {
      TableName: table,
      Key: toItem(itemKeys.places),
      UpdateExpression: 'SET #run = :createdAt ADD #version :one',
      ConditionExpression: version === 0 ? 'attribute_not_exists(#version)' : '#version = :version',
      ExpressionAttributeNames: { '#run': `${prefix}${id}`, '#version': 'version' },
      ExpressionAttributeValues: toItem({
        ':createdAt': createdAt,
        ':one': 1,
        ':version': version === 0 ? undefined : version,
      }),
    },
  }
}

/** A write of a transaction, which always holds. */
export function placesGivenBack(table: string, ids: readonly string[]) {
  const names = ids.map((_, index) => `#r${index}`)
  return {
    Update: {
      TableName: table,
      Key: toItem(itemKeys.places),
      UpdateExpression: `REMOVE ${names.join(', ')} ADD #version :one`,
      ExpressionAttributeNames: {
        '#version': 'version',
        ...Object.fromEntries(ids.map((id, index) => [`#r${index}`, `${prefix}${id}`])),
      },
      ExpressionAttributeValues: toItem({ ':one': 1 }),
    },
  }
}
