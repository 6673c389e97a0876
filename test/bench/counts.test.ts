import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from '../../bench/cases.ts'
import { startFastServer } from '../../bench/fast-server.ts'
import { installedStarter } from '../../bench/installed.ts'
import { spent } from '../../bench/spent.ts'
import { tools } from '../../bench/tools.ts'
import { findCompiler } from '../../bench/truth-server.ts'
import type { Report } from '../../lib/report/report.ts'

const folder = mkdtempSync(join(tmpdir(), 'squall-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
// The package is built first, which takes a while on a busy machine.
beforeAll(() => void installedStarter(), 240_000)

const each: Case = { name: 'tiny', tls: false, path: '/', connections: 3, flow: false }

/** Runs a tool on a target of its own, and tells what the target has seen and what the tool says. */
async function run(name: string, how: Partial<Case>, seconds: number) {
  const tool = tools().find(tool => tool.name === name)
  const server = await startFastServer({ tls: how.tls ?? false, compiler: findCompiler() })
  try {
    const words = tool?.words({ each: { ...each, ...how }, origin: server.origin, seconds, folder })
    const before = await server.count()
    const { stdout } = await spent(words ?? ['false'], { cwd: folder })
    const after = await server.count()
    const connections = after.connections - before.connections - 1
    return { requests: after.requests - before.requests, connections, stdout }
  } finally {
    server.stop()
  }
}

const report = () => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report

describe('what is timed is what was asked for', () => {
  test.each([
    ['plain', false, '/'],
    ['plain, a large body', false, '/large'],
    ['TLS', true, '/'],
  ] as const)('squall, %s', async (_name, tls, path) => {
    const { requests, connections } = await run('squall', { tls, path }, 0.5)
    const { total, verdict } = report()
    expect(verdict.result).toBe('pass')
    expect(requests).toBeGreaterThan(3)
    expect(total).toMatchObject({ count: requests, failures: 0, statuses: { 200: requests } })
    expect(total.checks['status is 200']).toEqual({ pass: requests, fail: 0 })
    expect(total.responseTimeMs?.samples).toBe(requests)
    expect(total.serviceTimeMs?.samples).toBe(requests)
    // Each user keeps its connection, whichever of answer and write is told first.
    expect(connections).toBe(3)
  })

  test('squall, the flow', async () => {
    const { requests, connections } = await run('squall', { path: '/item', flow: true }, 0.5)
    const { total, phases, requests: steps } = report()
    // What is due after the load's end belongs to the drain, and is shown apart.
    expect(phases.reduce((sum, phase) => sum + phase.total.count, 0)).toBe(requests)
    expect(total.failures).toBe(0)
    expect(steps.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, step) => `step ${step + 1}`))
    expect(total.checks['json $.stock > 0']).toEqual({ pass: total.count, fail: 0 })
    expect(connections).toBe(3)
  })

  test.each([false, true])('undici Client, TLS %s', async tls => {
    const { requests, connections, stdout } = await run('undici Client', { tls }, 0.3)
    expect(stdout.split('\n', 1)[0]).toBe(String(requests))
    expect(connections).toBe(3)
  })

  test('autocannon, its flow', async () => {
    const { requests, stdout } = await run('autocannon', { path: '/item', flow: true }, 1)
    const [answers, failed] = (stdout.split('\n', 1)[0] ?? '').split(' ').map(Number)
    expect(failed).toBe(0)
    // What was under way at the end is not waited for.
    expect(requests - (answers ?? 0)).toBeGreaterThanOrEqual(0)
    expect(requests - (answers ?? 0)).toBeLessThanOrEqual(3)
  })
})
