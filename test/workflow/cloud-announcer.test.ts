import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { cloudAnnouncer, verdictMessage } from '../../lib/workflow/cloud-announcer.ts'
import { readDeployment } from '../../lib/workflow/deployment.ts'
import type { VerdictEvent } from '../../lib/workflow/ports.ts'
import { memoryObjects } from './memory-objects.ts'

const event: VerdictEvent = {
  runId: 'r',
  scenario: 'shop',
  verdict: 'fail',
  headline: 'FAIL: p95 3 s',
  schedule: 'nightly',
}

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterEach(() => void vi.unstubAllEnvs())

/** A server in the place of both services; `refuse` is asked whether a request is answered with a failure. */
async function services(refuse: (target: string) => boolean) {
  const told: { service: string; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      const service = String(request.headers['x-amz-target'] ?? 'sns')
      if (refuse(service))
        return response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end('{"__type":"Refused"}')
      told.push({ service, body })
      if (service === 'sns')
        return response
          .writeHead(200, { 'content-type': 'text/xml' })
          .end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>')
      return response
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
        .end('{"FailedEntryCount":0,"Entries":[{}]}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const deployment = readDeployment(
    JSON.stringify({
      schema: 'squall.deployment.v1',
      region: 'us-east-1',
      bucket: 'b',
      table: 't',
      retentionDays: 1,
      allow: { hosts: [], cidrs: [], ports: [] },
      topicArn: 'arn:aws:sns:us-east-1:000000000000:verdicts',
      eventBusName: 'default',
    }),
  )
  return { told, announcer: cloudAnnouncer(deployment, memoryObjects()) }
}

it('tells a verdict once to each channel, however often it is asked', async () => {
  const { told, announcer } = await services(() => false)
  await announcer.announce(event)
  await announcer.announce(event)
  expect(told.map(({ service }) => service)).toEqual(['AWSEvents.PutEvents', 'sns'])
  const [entry] = (JSON.parse(told[0]?.body ?? '') as { Entries: Record<string, string>[] }).Entries
  expect(entry).toMatchObject({ Source: 'squall', DetailType: 'Squall Verdict', EventBusName: 'default' })
  expect(JSON.parse(entry?.['Detail'] ?? '')).toEqual(event)
  expect(new URLSearchParams(told[1]?.body).get('Subject')).toBe('fail: shop (schedule nightly)')
})

it('tries again only the channel that failed', async () => {
  let refused = false
  const { told, announcer } = await services(service => service === 'sns' && !refused)
  await expect(announcer.announce(event)).rejects.toThrow()
  refused = true
  await announcer.announce(event)
  expect(told.map(({ service }) => service)).toEqual(['AWSEvents.PutEvents', 'sns'])
})

it('makes a message that SNS takes, whatever the scenario is called', () => {
  const message = verdictMessage({ ...event, scenario: `Prüfung\n${'x'.repeat(200)}` })
  expect(message.Subject).toMatch(/^fail: Pr\?fung\?x+$/)
  expect(message.Subject).toHaveLength(100)
  expect(verdictMessage({ ...event, scenario: '' }).MessageAttributes.scenario.StringValue).toBe('-')
})
