import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { loadInterpreter } from '../../lib/workflow/interpreter.ts'

test('the interpreter runs without what it would need in AWS, and nothing else is kept from it', async () => {
  const { StateMachine } = await loadInterpreter()
  const definition = { StartAt: 'Add', States: { Add: { Type: 'Task', Resource: 'add', End: true } } } as const
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } })
  const execution = machine.run(
    { n: 1 },
    { overrides: { taskResourceLocalHandlers: { Add: async (input: unknown) => (input as { n: number }).n + 1 } } },
  )
  expect(await execution.result).toBe(2)
  const loaded = Object.keys(createRequire(import.meta.url).cache ?? {})
  expect(loaded.filter(path => /client-lambda|credential-providers|asl-validator/.test(path))).toEqual([])
})

test('whoever asks for what was left out gets the real one', async () => {
  await loadInterpreter()
  const name = 'asl-validator'
  const { default: validate } = (await import(name)) as { default: (definition: object) => { isValid: boolean } }
  expect(validate({ StartAt: 'Nowhere', States: {} }).isValid).toBe(false)
})
