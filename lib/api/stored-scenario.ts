import * as z from 'zod'

const texts = z.record(z.string(), z.string())

/** A scenario as the document store keeps it: `squall.scenario.v1`. */
const storedScenarioSchema = z.object({
  schema: z.literal('squall.scenario.v1'),
  scenario: z.union([z.string(), z.record(z.string(), z.unknown())]),
  files: texts,
  copyId: z.string().optional(),
  env: texts,
  set: texts,
  environment: z.string().optional(),
  overrides: z.object({
    target: z.string().optional(),
    users: z.string().optional(),
    rate: z.string().optional(),
    for: z.string().optional(),
  }),
})

export type StoredScenario = z.infer<typeof storedScenarioSchema>

/** Throws where another version of Squall wrote it. */
export function storedScenario(body: unknown): StoredScenario {
  return storedScenarioSchema.parse(body)
}
