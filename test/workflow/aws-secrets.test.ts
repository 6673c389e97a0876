import { describe, expect, test } from 'vitest'
import { awsSecrets, readSecret } from '../../lib/workflow/aws-secrets.ts'
import { secretValues } from '../../lib/workflow/secrets.ts'

function stores(parameters: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>) {
  const asked: string[] = []
  return {
    asked,
    async parameters(names: readonly string[]) {
      asked.push(...names)
      if (names.length > 10) throw new Error('at most 10')
      return new Map(names.flatMap(name => (parameters[name] === undefined ? [] : [[name, parameters[name]] as const])))
    },
    async secret(name: string) {
      asked.push(name)
      return secrets[name]
    },
  }
}

test('a secret is a parameter below the prefix, or a secret of that name; what is in neither has no value', async () => {
  const both = stores(
    { '/squall/secrets/A': 'a', '/squall/secrets/B': '{"value":"b","hosts":["api.test"]}' },
    { 'squall/secrets/C': 'c', 'squall/secrets/A': 'not this' },
  )
  const found = await awsSecrets('/squall/secrets/', 'eu-central-1', both)(['A', 'B', 'C', 'D', '../E', '__proto__'])
  expect(found).toEqual({ A: 'a', B: { value: 'b', hosts: ['api.test'] }, C: 'c' })
  expect(secretValues(found)).toEqual({ A: 'a', B: 'b', C: 'c' })
  expect(both.asked.filter(name => name.includes('E'))).toEqual([])
})

test('more than ten are asked for in turns', async () => {
  const names = Array.from({ length: 23 }, (_, n) => `S${n}`)
  const all = stores(Object.fromEntries(names.map(name => [`/p/${name}`, name])), {})
  expect(Object.keys(await awsSecrets('/p/', 'eu-central-1', all)(names))).toHaveLength(23)
})

describe('the stored form', () => {
  test.each(['plain', '{not json', '{"value":"x"}', '{"user":"u","password":"p"}', '[1]'])(
    '%s is the secret itself',
    text => {
      expect(readSecret(text)).toBe(text)
    },
  )

  test.each(['{"value":"x","hosts":[]}', '{"value":"x","hosts":"api.test"}', '{"value":1,"hosts":["a"]}'])(
    '%s is refused, not sent everywhere',
    async text => {
      const one = stores({ '/p/A': text }, {})
      const read = awsSecrets('/p/', 'eu-central-1', one)(['A'])
      await expect(read).rejects.toThrow('secret.A: a secret with "value" and "hosts" must be')
    },
  )
})
