import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { threadCause } from '../../lib/workflow/thread-cause.ts'

const endOf = (program: string) =>
  new Promise<unknown>(resolve => {
    const worker = new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } })
    worker.once('error', resolve)
  })

it('names memory, and what to change, where a thread has used its own up', async () => {
  const error = await endOf('let kept; for (;;) kept = { kept }')
  expect(threadCause(error)).toBe(
    'the generator ran out of memory for JavaScript objects; use more --generators, fewer users, or a larger heap (NODE_OPTIONS=--max-old-space-size=MB)',
  )
})

it('is the message of any other error', async () => {
  expect(threadCause(await endOf('throw new Error("no such file")'))).toBe('no such file')
  expect(threadCause('gone')).toBe('gone')
})
