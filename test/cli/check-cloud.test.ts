import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkCloudCommand } from '../../lib/cli/check-cloud-command.ts'
import { type CheckOptions, checkOptionFaults } from '../../lib/cli/check-command.ts'
import { cloudSettings } from '../../lib/cli/cloud-settings.ts'
import { CommandExit } from '../../lib/cli/exit-code.ts'
import { DEFAULT_CEILINGS } from '../../lib/plan/ceilings.ts'
import { writtenTerminal } from './written-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'squall-check-cloud-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

const users = (count: number, more = '') =>
  `target: https://example.com\n${more}load: [{ users: ${count}, for: 10m }]\nsteps: [get: /, think: 5s]\n`

async function checked(
  path: string,
  more: Partial<CheckOptions> = {},
): Promise<{ code: number; out: string; err: string }> {
  const terminal = writtenTerminal()
  const options = { set: [], region: 'us-east-1', ...more }
  try {
    const code = await checkCloudCommand(path, options, terminal)
    return { code, out: terminal.written.join(''), err: '' }
  } catch (error) {
    if (!(error instanceof CommandExit)) throw error
    return { code: error.code, out: terminal.written.join(''), err: error.message }
  }
}

describe('squall check --cloud', () => {
  test('shows generators with their reason, the legs and the estimate', async () => {
    const { code, out } = await checked(file('burst.yml', users(10_000, 'budget: 2 USD\n')))
    expect(code).toBe(0)
    expect(out).toContain('11 generators for 10,000 users at once')
    expect(out).toMatch(/Lambda generate +[\d,]+ GB-seconds/)
    expect(out).toMatch(/cost +about 0\.\d\d USD in us-east-1 by the prices of 2026-08-16, budget\s+2\.00 USD/)
  })

  test('needs no value of a secret', async () => {
    const path = file(
      'secret.yml',
      'target: https://example.com\nsteps: [{ get: /, headers: { authorization: "{{ secret.NOT_SET_ANYWHERE }}" } }]\n',
    )
    expect((await checked(path)).code).toBe(0)
  })

  test('refuses a run over its budget, and still shows what it would cost', async () => {
    const { code, out, err } = await checked(file('dear.yml', users(10_000, 'budget: 0.10 USD\n')))
    expect(code).toBe(3)
    expect(out).toContain('of a budget of 0.10 USD')
    expect(err).toMatch(
      /dear\.yml:2:9 {2}the run would cost about 0\.\d\d USD, and its budget is 0\.10 USD\n {4}budget: 0\.10 USD\n {12}\^\n/,
    )
  })

  test('lists all that is above a ceiling at once, as JSON too', async () => {
    const path = file('large.yml', users(400_000, 'budget: 1 USD\n'))
    const { code, err } = await checked(path)
    expect(code).toBe(3)
    for (const part of ['422 generators', '400,000 users', 'its budget is 1.00 USD']) expect(err).toContain(part)
    const json = await checked(path, { json: true })
    expect(json.code).toBe(3)
    const read = JSON.parse(json.out)
    expect(read).toMatchObject({ schema: 'squall.cloud-check.v1', ok: false, generators: 422, budgetUsd: 1 })
    expect(read.faults.length).toBeGreaterThanOrEqual(3)
  })

  test('as JSON: items that add up to the total', async () => {
    const { code, out } = await checked(file('small.yml', users(10)), { json: true, region: 'eu-central-1' })
    expect(code).toBe(0)
    const read = JSON.parse(out)
    expect(read).toMatchObject({ ok: true, generators: 1, legs: [{ number: 0, fromMs: 0, toMs: 600_000 }], faults: [] })
    const usd = read.estimate.items.reduce((sum: number, item: { usd: number }) => sum + item.usd, 0)
    expect(read.estimate).toMatchObject({ region: 'eu-central-1', totalUsd: usd })
  })

  test('a bad scenario is a fault in both', async () => {
    const path = file('bad.yml', 'taget: x\n')
    expect((await checked(path)).code).toBe(3)
    const { code, out } = await checked(path, { json: true })
    expect(code).toBe(3)
    expect(JSON.parse(out).faults.length).toBeGreaterThan(0)
  })

  test('what the target is thought to be like changes the sizing', async () => {
    const path = file('rate.yml', 'target: https://example.com\nload: [{ rate: 1000/s, for: 1m }]\nsteps: [get: /]\n')
    const generators = async (more: Partial<CheckOptions>) =>
      JSON.parse((await checked(path, { json: true, ...more })).out).generators
    expect(await generators({})).toBe(3)
    expect(await generators({ answerTime: '50ms' })).toBe(1)
    expect(await generators({ answerSize: '600KB' })).toBe(10)
    expect(await generators({ generators: 7 })).toBe(7)
    const wrong = checkOptionFaults({ cloud: true, answerTime: 'soon', answerSize: 'much' })
    expect(wrong.map(({ path }) => path)).toEqual(['--answer-time', '--answer-size'])
  })
})

test('a target on this machine is warned of, where no configuration decides', async () => {
  const path = file('here.yml', 'target: http://127.0.0.1:8080\nsteps: [get: /]\n')
  const { code, out } = await checked(path)
  expect([code, out]).toEqual([0, expect.stringMatching(/from a Lambda function nothing of\s+yours is reached there/)])
  const { warnings } = JSON.parse((await checked(path, { json: true })).out)
  expect(warnings).toMatchObject([{ path: 'target', expected: expect.stringContaining('--target') }])
  expect((await checked(file('away.yml', users(1)))).out).not.toContain('nothing of yours')
})

test('options of the cloud without --cloud are told, not ignored', () => {
  for (const more of [{ json: true }, { region: 'us-east-1' }, { answerTime: '1s' }, { answerSize: '1KB' }] as const) {
    expect(checkOptionFaults(more)).toMatchObject([{ message: expect.stringMatching(/^--[a-z-]+ goes with --cloud$/) }])
    expect(checkOptionFaults({ ...more, cloud: true })).toEqual([])
  }
})

describe('the settings of a deployment', () => {
  const config = (more: string) => `export default { allow: { hosts: ['example.com'] }, ${more} }\n`
  const settingsOf = async (...given: Parameters<typeof cloudSettings>) => {
    const read = await cloudSettings(...given)
    if (!read.ok) throw new Error(read.faults.map(({ message }) => message).join('\n'))
    return read.value
  }

  test('are defaults that say so where nothing is known', async () => {
    const settings = await settingsOf({}, join(folder, 'nowhere'), {})
    expect(settings).toMatchObject({ region: 'us-east-1', ceilings: DEFAULT_CEILINGS, network: 'internet' })
    expect(settings.target).toBeUndefined()
    expect(settings.sources.join('\n')).toMatch(/no region is known[\s\S]*ceilings by default, and any target/)
  })

  test('come from the option, the deployment, the configuration and the environment, in this order', async () => {
    const subnets = "[{ subnetId: 'subnet-0a1b2c3d', routeTableId: 'rtb-0a1b2c3d', availabilityZone: 'eu-west-1a' }]"
    const vpc = `{ vpcId: 'vpc-0a1b2c3d', subnets: ${subnets} }`
    file('known/squall.config.ts', config(`region: 'eu-west-1', ceilings: { users: 7 }, vpc: ${vpc}`))
    const known = join(folder, 'known')
    const env = { AWS_REGION: 'eu-north-1' }
    expect(await settingsOf({}, known, env)).toMatchObject({
      region: 'eu-west-1',
      ceilings: { ...DEFAULT_CEILINGS, users: 7 },
      network: 'nat',
      target: { allow: { hosts: ['example.com'] } },
    })
    const deployed = { apiUrl: 'https://x', region: 'eu-central-1', stack: 'squall', auth: 'iam' }
    file('known/.squall/cloud.json', JSON.stringify({ schema: 'squall.cloud.v1', ...deployed }))
    expect((await settingsOf({}, known, env)).region).toBe('eu-central-1')
    expect((await settingsOf({ region: 'us-west-2' }, known, env)).region).toBe('us-west-2')
    expect((await settingsOf({}, join(folder, 'nowhere'), env)).region).toBe('eu-north-1')
  })

  test('that are wrong are faults with their place', async () => {
    file('broken/squall.config.ts', config("ceilings: { users: 'many' }"))
    const read = await cloudSettings({}, join(folder, 'broken'), {})
    expect(read.ok).toBe(false)
    if (!read.ok) expect(read.faults).toMatchObject([{ file: 'squall.config.ts', path: 'ceilings.users' }])
  })
})
