import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { expect, inject, it } from 'vitest'
import { ask } from './http-api.ts'
import { recordingTarget } from './recording-target.ts'

const scenario = (target: string, more: object = {}) => ({
  squall: 1,
  name: 'refused',
  target,
  load: [{ rate: '10/s', for: '10s' }],
  steps: [{ get: '/' }],
  ...more,
})

async function executions(): Promise<number> {
  const { stateMachineArn } = inject('deployed')
  return (await new SFNClient().send(new ListExecutionsCommand({ stateMachineArn }))).executions?.length ?? 0
}

/** A local AWS that was used before may still list what an earlier deployment of this name ran. */
const before = await executions()

async function nothingRuns(): Promise<void> {
  expect(await executions()).toBe(before)
}

type Problem = { readonly faults: readonly { readonly path?: string; readonly message: string }[] }

it('a bad scenario is answered with 400 and every fault of it', async () => {
  const answer = await ask('POST', 'runs', {
    scenario: {
      squall: 1,
      name: 'bad',
      target: 'http://127.0.0.1:9',
      load: [{ rate: 'many', for: '10s' }],
      steps: [{ gett: '/' }],
      thresholds: ['p95 is good'],
    },
  })
  console.error(answer.text)
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  const { faults } = answer.json as Problem
  const told = faults.map(({ path = '', message }) => `${path} ${message}`).join('\n')
  for (const part of ['rate', 'gett', 'thresholds[0]']) expect(told).toContain(part)
  await nothingRuns()
})

it('a target that is not allowed is answered with 403 before any load', async () => {
  const target = await recordingTarget()
  const answer = await ask('POST', 'runs', { scenario: scenario('http://169.254.169.254/latest/meta-data') })
  console.error(answer.text)
  expect(answer.status).toBe(403)
  const other = await ask('POST', 'runs', {
    scenario: scenario(target.url, { steps: [{ get: '/' }, { get: 'https://example.com/' }] }),
  })
  expect(other.status).toBe(403)
  expect(other.text).toContain('example.com')
  expect(target.requests).toEqual([])
  await nothingRuns()
})

it('a run over its budget, or over a ceiling, is answered with 422', async () => {
  const target = await recordingTarget()
  const costly = await ask('POST', 'runs', { scenario: scenario(target.url, { budget: '0.000001 USD' }) })
  console.error(costly.text)
  expect(costly.status).toBe(422)
  expect(costly.text).toContain('budget')
  const fast = await ask('POST', 'runs', { scenario: scenario(target.url, { load: [{ rate: '5000/s', for: '10s' }] }) })
  console.error(fast.text)
  expect(fast.status).toBe(422)
  expect(target.requests).toEqual([])
  await nothingRuns()
})

it('an estimate is given without a run', async () => {
  const answer = await ask('POST', 'estimates', { scenario: scenario('http://127.0.0.1:8080') })
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('totalUsd')
  await nothingRuns()
})
