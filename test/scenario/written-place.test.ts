import { describe, expect, it } from 'vitest'
import { placedFaults, type WrittenScenario } from '../../lib/scenario/written-place.ts'

const text = `target: http://shop.example
budget: 1 USD
http: { connections: pooled 9 }
data:
  my.accounts: { rows: [{ a: 1 }], take: once }
environments:
  stage: { target: http://stage.example, budget: 2 USD }
flows:
  main:
    load: [{ users: 4, for: 1m }]
    steps:
      - get: /
      - repeat: 2
        steps:
          - get: http://other.example/x?y=1
      - { post: "https://third.example/{{ row }}", name: third }
      - use: sub
snippets:
  sub: [get: http://fourth.example/]
before:
  - graphql: http://fifth.example/q
    name: ask
`

const placed = (path: string, more: Partial<WrittenScenario> = {}) =>
  placedFaults([{ file: 'a.yml', path, message: 'wrong' }], {
    file: 'a.yml',
    text,
    target: 'http://shop.example',
    ...more,
  })

describe('a fault that knows its path only', () => {
  it.each([
    ['target', 1, 9],
    ['budget', 2, 9],
    ['http.connections', 3, 22],
    ['data.my.accounts', 5, 3],
    ['load', 10, 5],
    ['flows.main: GET /', 12, 14],
    ['flows.main: GET other.example/x', 15, 18],
    ['flows.main: third', 16, 17],
    ['flows.main: GET fourth.example/', 19, 14],
    ['before: ask', 21, 14],
  ])('%s is written at %i:%i', (path, line, column) => {
    expect(placed(path)).toEqual([{ file: 'a.yml', path, message: 'wrong', line, column }])
  })

  it.each(['drain', 'http.proxy', 'data.none', 'flows.main: GET /none', 'flows.none', ''])(
    '"%s" is not written, and keeps its path',
    path => expect(placed(path)).toEqual([{ file: 'a.yml', path, message: 'wrong' }]),
  )

  it('stands in the environment that was chosen, where that has it', () => {
    expect(placed('target', { environment: 'stage' })).toMatchObject([{ line: 7, column: 20 }])
    expect(placed('http.connections', { environment: 'stage' })).toMatchObject([{ line: 3 }])
  })

  it('is not told of the file where an option stands over it', () => {
    const overrides = { target: 'http://x.example', users: '3' }
    expect(placed('target', { overrides })).toEqual([{ path: '--target', message: 'wrong' }])
    expect(placed('load', { overrides })).toEqual([{ file: 'a.yml', path: 'load', message: 'wrong' }])
  })

  it.each(['', '- a\n', 'a: [', '\u0000'])('stays as it is where the text is none of a scenario: %j', broken => {
    expect(placed('target', { text: broken })).toMatchObject([{ path: 'target' }])
  })
})
