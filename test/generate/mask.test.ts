import { describe, expect, it } from 'vitest'
import { maskSecrets } from '../../lib/generate/mask.ts'
import { encodeShardResult } from '../../lib/measure/shard-result.ts'
import { flow, get, iterations, run, scenario, target } from './engine-fixture.ts'

describe('secrets in texts', () => {
  it('are masked as they are, escaped and inside JSON; short ones would mask everything', () => {
    const mask = maskSecrets({ A: 'p"w/d', B: 'no' })
    expect(mask('x p"w/d y p%22w%2Fd {"p\\"w/d"} no')).toBe('x *** y *** {"***"} no')
  })

  it('are masked in a quoted text of JSON, as a sample shows a body', () => {
    const secret = 'p"w\\d'
    const sample = JSON.stringify(JSON.stringify({ echo: secret }))
    expect(maskSecrets({ A: secret })(sample)).toBe('"{\\"echo\\":\\"***\\"}"')
  })

  it('are found at any depth of a value, and half of a surrogate pair is none', () => {
    expect(maskSecrets({ saved: { list: ['first', { deep: 'second' }], id: 7, gone: null } })('first second 7')).toBe(
      '*** *** 7',
    )
    expect(maskSecrets({ odd: 'a\ud800b' })('x')).toBe('x')
  })

  it('are masked where a long text was cut in the middle of one', () => {
    const mask = maskSecrets({ token: 'correct-horse-battery' })
    const long = 'y'.repeat(200)
    expect(mask(`${long} correct-hor...`)).toBe(`${long} ***...`)
    expect(mask(`${long} correct-horse-batter`)).toBe(`${long} ***`)
    expect(mask('it is correct')).toBe('it is correct')
  })
})

it("no secret, and nothing that `before:` saved, leaves a generator in an error's sample", async () => {
  const server = await target(({ headers }, response) =>
    response.end(JSON.stringify({ key: headers['x-key'], token: headers['x-token'] })),
  )
  const head = { 'x-key': '{{ secret.KEY }}', 'x-token': '{{ login.token }}' }
  const steps = [
    get('/a', { head, check: ['json $.key is 1'] }),
    get('/b', { head, check: ['json $.token is 1'] }),
    get('/c', { head, check: ['body contains nothing'] }),
  ]
  const wanted = scenario(server.url, [iterations(2, 1)], [flow(steps)])
  const { measurements, shards } = await run(wanted, {
    ports: { secrets: { KEY: 'key-of-the-house' }, before: { login: { token: 'token-of-the-day' } } },
  })
  const samples = [0, 1, 2].map(
    request => [...(measurements.figures(0, request)?.errors.byKind.values() ?? [])][0]?.sample,
  )
  expect(samples).toEqual(['found "***"', 'found "***"', 'found "{\\"key\\":\\"***\\",\\"token\\":\\"***\\"}"'])
  const bytes = shards.map(shard => Buffer.from(encodeShardResult(shard)).toString('latin1')).join()
  expect(bytes).not.toMatch(/of-the/)
})
