import { describe, expect, it } from 'vitest'
import { apiHere, scenario } from './api-here.ts'

type Told = readonly {
  readonly path?: string
  readonly message: string
  readonly expected?: string
  readonly fix?: string
}[]

async function faultsOf(method: string, path: string, body?: unknown, headers = {}): Promise<Told> {
  const { json } = await apiHere().ask(method, path, body, headers)
  return (json as { readonly faults: Told }).faults
}

describe('a fault of a request', () => {
  it.for([
    [{ scenario: 7 }, 'body.scenario', 'found 7', 'a text, or an object'],
    [{}, 'body.scenario', 'is missing', 'a text, or an object'],
    [{ scenario: scenario(), seed: 'x' }, 'body.seed', 'found "x"', 'a number'],
    [{ scenario: scenario(), seed: -1 }, 'body.seed', 'found -1', 'a number of at least 0', '0'],
    [
      { scenario: scenario(), generators: 10_001 },
      'body.generators',
      'found 10001',
      'a number of at most 10,000',
      '10000',
    ],
    [{ scenario: scenario(), set: { a: [5] } }, 'body.set.a', 'found [5]', 'a text, or a number, or true or false'],
    [
      { scenario: scenario(), files: { 'a.csv': 'x' } },
      'body.files.a.csv',
      'found "x"',
      'a SHA-256 in 64 hexadecimal digits',
    ],
    [
      { scenario: scenario(), overrides: { taget: 'x' } },
      'body.overrides.taget',
      'unknown key "taget"',
      'target, users, rate, for',
      'target',
    ],
    [
      { scenario: scenario(), command: 'x'.repeat(501) },
      'body.command',
      expect.stringMatching(/^found "x+\.\.\.$/),
      'a text of at most 500 characters',
    ],
    [[], 'body', 'found []', 'an object'],
  ] as const)(
    '%j: place, what was found, what was expected, how to mend it',
    async ([body, path, message, expected, fix]) => {
      const [fault] = await faultsOf('POST', '/runs', body)
      expect(fault).toEqual({ path, message, expected, ...(fix !== undefined && { fix }) })
    },
  )

  it.for([
    ['GET', '/runs?limit=many', { path: 'query.limit', message: 'found "many"', expected: 'a number' }],
    [
      'GET',
      '/runs?limits=5',
      { path: 'query.limits', message: 'there is no such parameter', expected: 'limit, after, scenario', fix: 'limit' },
    ],
    [
      'GET',
      '/runs/none/report?format=htm',
      {
        path: 'query.format',
        message: 'found "htm"',
        expected: '"json", "html", "markdown", "junit", "csv"',
        fix: 'html',
      },
    ],
    [
      'GET',
      '/scenarios/a%20b',
      {
        path: 'path.name',
        message: 'found "a b"',
        expected: 'a name of at most 64 letters, digits, points, hyphens and underscores',
      },
    ],
  ] as const)('%s %s', async ([method, path, fault]) => {
    expect(await faultsOf(method, path)).toEqual([fault])
  })

  it('in no part of a request are there words of the library that reads it', async () => {
    const bad = {
      scenario: [],
      env: 5,
      files: { '': 1 },
      set: [],
      environment: {},
      overrides: 'x',
      generators: 1.5,
      seed: null,
      labels: 1,
      estimateUsdMax: 'x',
      command: 1,
    }
    const faults = [
      ...(await faultsOf('POST', '/runs', bad, { 'idempotency-key': '' })),
      ...(await faultsOf('POST', '/uploads', { sha256: 1, bytes: 'x', more: 1 })),
      ...(await faultsOf('PUT', '/schedules/a', {
        expression: 1,
        timeZone: 'x'.repeat(65),
        scenario: ' ',
        enabled: 'yes',
      })),
      ...(await faultsOf('POST', '/runs/r1/abort', { reason: '' })),
    ]
    expect(faults.length).toBeGreaterThan(18)
    for (const fault of faults) {
      expect(JSON.stringify(fault)).not.toMatch(
        /Invalid|Too (big|small)|received|Unrecognized|\bstring\b|\bundefined\b/,
      )
      expect(fault).toMatchObject({ path: expect.any(String), expected: expect.any(String) })
    }
  })
})
