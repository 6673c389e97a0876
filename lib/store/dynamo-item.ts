import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Item = Record<string, AttributeValue>

/** Texts and numbers by name, as DynamoDB writes them; what is undefined is left out. */
export function toItem(values: Readonly<Record<string, string | number | undefined>>): Item {
  const item: Item = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    item[name] = typeof value === 'number' ? { N: String(value) } : { S: value }
  }
  return item
}

/** The texts and numbers of an item; Squall writes no others. */
export function fromItem(item: Item): Record<string, string | number> {
  const values: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(item)) {
    if (value.S !== undefined) values[name] = value.S
    else if (value.N !== undefined) values[name] = Number(value.N)
  }
  return values
}

/** An UpdateExpression that sets what the change names; every name stands for itself, reserved word or not. */
export function settingOf(change: Readonly<Record<string, string | number | undefined>>) {
  const values = toItem(change)
  const names = Object.keys(values)
  return {
    UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.values(values).map((value, index) => [`:v${index}`, value])),
  }
}
