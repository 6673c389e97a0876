import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ConfigInput, readConfig } from '../../lib/infra/config.ts'
import { loadConfig } from '../../lib/infra/load-config.ts'
import { DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import { formatFaults } from '../../lib/scenario/fault.ts'

const allow = { hosts: ['shop.example.com'] }

function faultsOf(given: unknown): string {
  const read = readConfig(given, 'squall.config.ts')
  return read.ok ? '' : formatFaults(read.faults)
}

describe('a configuration', () => {
  it('needs to name the targets, and decides all else', () => {
    const read = readConfig({ allow })
    expect(read).toMatchObject({
      ok: true,
      value: {
        stack: 'squall',
        allow: { hosts: ['shop.example.com'], cidrs: [], ports: [80, 443] },
        ceilings: DEFAULT_CEILINGS,
        auth: 'iam',
        retentionDays: 90,
        local: false,
      },
    })
  })

  it.each([
    ['0.0.0.0/0', 'every public IPv4 address'],
    ['::/0', 'every public IPv6 address'],
    ['::ffff:0:0/96', 'every public IPv4 address'],
    ['64.0.0.0/2', '1 in 4 of all IPv4 addresses'],
    ['2000::/3', '1 in 8 of all IPv6 addresses'],
  ])('allows %s with a warning', (range, part) => {
    const read = readConfig({ allow: { cidrs: ['10.1.0.0/16', range] } }, 'squall.config.ts')
    expect(read).toMatchObject({ ok: true, value: { allow: { cidrs: ['10.1.0.0/16', range] } } })
    const warning = { file: 'squall.config.ts', path: 'allow.cidrs[1]' }
    expect(read.warnings).toMatchObject([{ ...warning, message: expect.stringContaining(`${range} allows ${part}`) }])
  })

  it.each(['10.0.0.0/8', 'fc00::/7', '52.0.0.0/8', '2a00:1450::/32', '203.0.113.7/32'])(
    'allows %s without one',
    range => expect(readConfig({ allow: { cidrs: [range] } })).toMatchObject({ ok: true, warnings: [] }),
  )

  it('takes every option', () => {
    const full: ConfigInput = {
      stack: 'load',
      account: '123456789012',
      region: 'eu-central-1',
      allow: {
        hosts: ['*.example.com', '::1'],
        cidrs: ['10.0.0.0/8', 'fd00::/8'],
        ports: [443, { from: 8000, to: 8100 }],
      },
      ceilings: { users: 100 },
      retentionDays: 30,
      logRetentionDays: 7,
      auth: 'apiKey',
      throttle: { ratePerSecond: 5, burst: 10 },
      apiLogsRole: false,
      vpc: {
        vpcId: 'vpc-0a1b2c3d',
        subnets: [{ subnetId: 'subnet-0a1b2c3d', routeTableId: 'rtb-0a1b2c3d', availabilityZone: 'eu-central-1a' }],
      },
      notifications: { verdicts: ['team@example.com'], alarms: ['ops@example.com'] },
      reservedConcurrency: { api: 10, watch: 5, plan: 5, aggregate: 5 },
      allowProxies: true,
      allowScenarioCode: true,
      secretPrefix: '/load/secrets/',
      deletionProtection: true,
      keepDataOnDestroy: true,
      legTimes: { legMs: 10_000, leadMs: 2000, changeMs: 1000 },
      tags: { team: 'shop' },
      local: true,
    }
    expect(faultsOf(full)).toBe('')
    expect(readConfig(full)).toMatchObject({ ok: true, value: { ceilings: { ...DEFAULT_CEILINGS, users: 100 } } })
  })

  it.each([
    ['no object', 3, ['found 3', 'expected a configuration such as']],
    ['no targets', {}, ['squall.config.ts allow', 'is missing', 'expected the targets that may be tested']],
    ['an empty allow-list', { allow: { hosts: [] } }, ['allow.hosts', 'found []', 'at least one host']],
    ['a URL for a host', { allow: { hosts: ['https://a.example'] } }, ['allow.hosts[0]', '"https://a.example"']],
    ['no ports', { allow: { ...allow, ports: [] } }, ['allow.ports', 'found []', 'at least one port']],
    ['a bad range', { allow: { cidrs: ['10.0.0.0/33'] } }, ['allow.cidrs[0]', 'an address range such as']],
    ['a bad port', { allow: { ...allow, ports: [0] } }, ['allow.ports[0]', 'found 0']],
    ['a bad port range', { allow: { ...allow, ports: [{ from: 1, to: 'x' }] } }, ['allow.ports[0].to', 'found "x"']],
    ['a list that no environment holds', { allow: { hosts: Array(200).fill('shop.example.com') } }, ['holds 4 KB']],
    ['a mistyped key', { allow, retentionDay: 3 }, ['unknown key "retentionDay"', 'fix: retentionDays']],
    ['a mistyped key inside', { allow, ceilings: { user: 3 } }, ['ceilings.user', 'fix: users']],
    ['a text for a number', { allow, retentionDays: 'x' }, ['found "x"', 'a whole number of days from 1 to 3,650']],
    ['another authorization', { allow, auth: 'none' }, ['found "none"', '"iam" or "apiKey"']],
    ['log days that CloudWatch has not', { allow, logRetentionDays: 8 }, ['found 8', '7, 14']],
    ['a short region', { allow, region: 'eu' }, ['region', 'an AWS region such as eu-central-1']],
    ['no subnets', { allow, vpc: { vpcId: 'vpc-0a1b2c3d', subnets: [] } }, ['vpc.subnets', 'at least one subnet']],
    [
      'legs that a function cannot last',
      { allow, legTimes: { legMs: 800_000, leadMs: 60_000, changeMs: 60_000 } },
      ['legTimes', 'a function ends after 900 s'],
    ],
    [
      'fewer watches than runs',
      { allow, reservedConcurrency: { api: 1, watch: 2, plan: 1, aggregate: 1 } },
      ['reservedConcurrency.watch', 'found 2', 'concurrentRuns'],
    ],
    [
      'ranges and addresses that nothing is ever sent to',
      { allow: { cidrs: ['10.0.0.0/8', '169.254.169.254/32', 'fe80::/64'], hosts: ['100.100.100.200'] } },
      ['allow.cidrs[1]', 'credentials', 'allow.cidrs[2]', 'link-local', 'allow.hosts[0]', 'metadata service'],
    ],
  ])('refuses %s in clear words', (_, given, words) => {
    const text = faultsOf(given)
    for (const word of words) expect(text).toContain(word)
  })

  it('tells every fault at once', () => {
    const read = readConfig({ allow: { hosts: ['a b'] }, retentionDays: 0, colour: 'red', auth: 'x' })
    expect(read.ok ? [] : read.faults.map(({ path }) => path)).toEqual([
      'allow.hosts[0]',
      'retentionDays',
      'auth',
      'colour',
    ])
  })
})

describe('squall.config.ts and the context', () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-config-'))
  writeFileSync(
    join(folder, 'squall.config.ts'),
    "const hosts: readonly string[] = ['a.example']\nexport default { allow: { hosts }, ceilings: { users: 5, generators: 2 } }\n",
  )

  it('are laid over each other, value by value', async () => {
    const read = await loadConfig(folder, {
      squall: '{"retentionDays":7}',
      'squall.ceilings.users': '9',
      'squall.stack': 'night',
      other: 1,
    })
    expect(read).toMatchObject({
      ok: true,
      value: {
        allow: { hosts: ['a.example'] },
        ceilings: { users: 9, generators: 2 },
        retentionDays: 7,
        stack: 'night',
      },
    })
  })

  it('name the file of a fault, and what it does not export', async () => {
    const read = await loadConfig(folder, { 'squall.auth': 'open' })
    expect(read.ok ? [] : read.faults).toMatchObject([{ file: 'squall.config.ts', path: 'auth' }])
    const empty = mkdtempSync(join(tmpdir(), 'squall-config-'))
    expect(await loadConfig(empty, {})).toMatchObject({
      ok: false,
      faults: [{ fix: expect.stringContaining('export') }],
    })
    writeFileSync(join(empty, 'squall.config.mjs'), 'export const config = {}\n')
    expect(await loadConfig(empty, {})).toMatchObject({
      ok: false,
      faults: [{ file: 'squall.config.mjs', message: 'exports nothing by default' }],
    })
  })
})
