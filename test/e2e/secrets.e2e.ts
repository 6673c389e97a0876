import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { expect, inject, it, onTestFinished } from 'vitest'
import type { Report } from '../../lib/report/report.ts'
import { reportFormatNames } from '../../lib/report/report-formats.ts'
import type { RunRecord } from '../../lib/store/run-store.ts'
import { tellOnFailure } from './function-logs.ts'
import { leftByRun } from './left-by-run.ts'
import { recordingTarget } from './recording-target.ts'
import { squall } from './squall.ts'

/** The default of `secretPrefix`. */
const prefix = '/squall/secrets/'
/** What the target says beside each secret: where this is found, the secret could have been. */
const marker = 'beside-the-secret'

/** Letters that no hash, id or word has in a row. */
const letters = (): string => Array.from({ length: 10 }, () => 'gjkqvwxz'[randomInt(8)]).join('')

/** Parts that stay as they are in every encoding, with characters between them that do not. */
function plantedSecret() {
  const parts = [letters(), letters()]
  return { value: parts.join(' "+/'), parts }
}

async function plantParameter(name: string, value: string): Promise<void> {
  const client = new SSMClient()
  const Name = prefix + name
  await client.send(new PutParameterCommand({ Name, Value: value, Type: 'SecureString' }))
  onTestFinished(async () => void (await client.send(new DeleteParameterCommand({ Name }))))
}

async function plantSecret(name: string, text: string): Promise<void> {
  const client = new SecretsManagerClient()
  const Name = prefix.slice(1) + name
  await client.send(new CreateSecretCommand({ Name, SecretString: text }))
  const SecretId = Name
  onTestFinished(
    async () => void (await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))),
  )
}

async function runs(folder: string, environment: Readonly<Record<string, string>>): Promise<readonly RunRecord[]> {
  return JSON.parse((await squall(folder, environment, 'runs', '--cloud', '--json')).out)
}

it('secrets of both stores reach the target, and nothing else that a run leaves, though the target echoes them', async () => {
  const { folder, environment } = inject('deployed')
  const sinceMs = Date.now()
  let runId: string | undefined
  tellOnFailure(() => runId)
  const [parameter, managed] = [plantedSecret(), plantedSecret()]
  await plantParameter('FROM_PARAMETER', parameter.value)
  await plantSecret('FROM_MANAGER', JSON.stringify({ value: managed.value, hosts: ['127.0.0.1'] }))
  const target = await recordingTarget((response, { url, headers }) => {
    const echo = `${url === '/before' ? 'at-first' : marker} ${headers['x-parameter']} ${headers['x-managed']}`
    response.setHeader('x-echo', echo).end(JSON.stringify({ echo }))
  })
  writeFileSync(
    join(folder, 'secrets.yml'),
    `squall: 1
name: secrets
target: ${target.url}
http:
  headers: { x-parameter: "{{ secret.FROM_PARAMETER }}", x-managed: "{{ secret.FROM_MANAGER }}" }
before:
  - post: /before
    save: { first: json $.echo }
load:
  - rate: 5/s
    for: 4s
steps:
  - get: /json
    check: "json $.echo == 'nothing'"
  - get: /header
    check: header x-echo contains nothing
  - get: /body
    check: body contains nothing
    save: { again: header x-echo }
  - get: "/again?echo={{ again }}"
    headers: { x-first: "{{ first }}" }
    check: status is 404
`,
  )
  const ran = await squall(folder, environment, 'run', 'secrets.yml', '--cloud', '--generators', '2')
  console.error(`${ran.err.slice(-2000)}\n${ran.out}`)
  runId = (await runs(folder, environment))[0]?.id ?? ''

  const seen = (path: string) => target.requests.filter(({ url }) => url.startsWith(path))
  expect(seen('/before')).toHaveLength(1)
  for (const path of ['/json', '/header', '/body', '/again']) expect(seen(path).length, path).toBeGreaterThan(0)
  for (const { headers, url } of target.requests)
    expect([headers['x-parameter'], headers['x-managed']], url).toEqual([parameter.value, managed.value])
  for (const { headers, url } of seen('/again')) {
    const echo = `${parameter.value} ${managed.value}`
    expect(headers['x-first']).toBe(`at-first ${echo}`)
    expect(new URL(url, target.url).searchParams.get('echo')).toBe(`${marker} ${echo}`)
  }

  const texts = new Map([...(await leftByRun(runId, sinceMs)), ['stdout', ran.out], ['stderr', ran.err]])
  for (const format of reportFormatNames) {
    const { out, err } = await squall(folder, environment, 'report', runId, '--cloud', '--format', format)
    texts.set(`report as ${format}`, out + err)
  }
  const report = JSON.parse(texts.get('report as json') ?? '') as Report
  const samples = report.requests.map(({ errors }) => errors.map(({ sample }) => sample).join())
  console.error(samples.join('\n'))
  // The samples quote what came, and where the secrets were there is a mask: so the search below can fail.
  for (const sample of samples.slice(0, 3)) expect(sample).toMatch(new RegExp(`${marker} \\*{3} \\*{3}`))
  const kinds = [...texts].filter(([, text]) => text.includes(runId ?? '')).map(([place]) => place.split(' ')[0])
  expect(kinds).toEqual(expect.arrayContaining(['object', 'item', 'log', 'history', 'report', 'stdout']))
  console.error(`searched ${texts.size} places: ${[...texts.keys()].join(', ')}`)
  const parts = [...parameter.parts, ...managed.parts]
  const places = [...texts].filter(([, text]) => parts.some(part => text.includes(part))).map(([place]) => place)
  expect(places).toEqual([])
})

it('a run whose secret is nowhere is refused before any load, and says which', async () => {
  const { folder, environment } = inject('deployed')
  const target = await recordingTarget()
  writeFileSync(
    join(folder, 'no-secret.yml'),
    `squall: 1
name: no secret
target: ${target.url}
load: [{ rate: 5/s, for: 4s }]
steps: [{ get: /, headers: { x-key: "{{ secret.PLANTED_NOWHERE }}" } }]
`,
  )
  const ran = await squall(folder, environment, 'run', 'no-secret.yml', '--cloud')
  console.error(ran.err)
  expect(ran.code).toBe(3)
  expect(ran.err).toMatch(/secret\.PLANTED_NOWHERE: not in Parameter Store or Secrets Manager/)
  expect((await runs(folder, environment))[0]).toMatchObject({ scenario: 'no secret', state: 'refused' })
  expect(target.requests).toEqual([])
})
