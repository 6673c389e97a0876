import { expect, it } from 'vitest'
import { expression, flow, get, iterations, run, scenario, target } from './engine-fixture.ts'

/** The error samples of a run of one iteration. */
async function samples(url: string, step: ReturnType<typeof get>): Promise<readonly string[]> {
  const { measurements } = await run(scenario(url, [iterations(1, 1)], [flow([step])]))
  return [...(measurements.figures(0, 0)?.errors.byKind.values() ?? [])].map(({ kind, sample }) => `${kind}: ${sample}`)
}

it('a redirect chain that takes too long names the timeout that was asked for', async () => {
  const server = await target(({ url }, response) => {
    if (url === '/0') setTimeout(() => response.writeHead(302, { location: '/1' }).end(), 60)
  })
  expect(await samples(server.url, get('/0', { timeoutMs: 250 }))).toEqual([
    'timeout (first byte): no complete answer within 250 ms, which had to do for 2 hops',
  ])
})

it('an attempt that is repeated leaves the same sample as one that fails', async () => {
  let answers = 0
  const server = await target((_, response) => response.writeHead(answers++ < 1 ? 503 : 200).end())
  const retry = { statuses: [503], errors: [], times: 1, waitMs: 1 }
  expect(await samples(server.url, get('/a', { retry }))).toEqual(['status 503: GET /a answered 503'])
})

it('the variable of a loop in `start:` ends with the loop', async () => {
  const server = await target()
  const each = { kind: 'each', variable: 'id', list: expression('[1, 2]'), steps: [get('/{{ id }}')] } as const
  const steps = [get('/left/{{ id or "none" }}')]
  await run(scenario(server.url, [iterations(1, 1)], [flow(steps, { start: [each] })]))
  expect(server.urls()).toEqual(['GET /1', 'GET /2', 'GET /left/none'])
})

it('a load that is over before the users were ever counted had them all the same', async () => {
  const server = await target()
  const { measurements } = await run(scenario(server.url, [iterations(6, 3)], [flow([get('/')])]))
  expect(measurements.intervals.list[0]?.users).toBe(3)
})
