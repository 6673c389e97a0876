import * as z from 'zod'
import type { PostedScenario } from '../workflow/admit-run.ts'
import type { ApiPorts } from './api-ports.ts'
import { Problem } from './problem.ts'
import { type StoredScenario, storedScenario } from './stored-scenario.ts'

/** Names in paths and of documents: what is readable in a URL. */
export const nameSchema = z
  .string()
  .regex(/^[\w][\w.-]{0,63}$/, 'a name of at most 64 letters, digits, points, hyphens and underscores')

/** A run's id: a segment of a key, and the name of an execution. */
export const runIdSchema = z.string().regex(/^[A-Za-z0-9][\w-]{0,79}$/, 'the id of a run')

const texts = z.record(z.string(), z.string())

/** Each is read before a run is admitted. */
const MAX_FILES = 200
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits')

/** As the options of the command line: everyone writes numbers as numbers. */
const textOrNumber = z.union([z.string(), z.number()]).transform(String)
const textOrPlain = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** Values of `vars`, as `--set` gives them. */
export const setSchema = z.record(z.string(), textOrPlain)

/** What a run may say over its scenario, whether it brings one or names one. */
export const overridesSchema = z.strictObject({
  target: z.string().optional(),
  users: textOrNumber.optional().meta({ description: 'such as 50' }),
  rate: textOrNumber.optional().meta({ description: 'such as "20/s"' }),
  for: textOrNumber.optional().meta({ description: 'such as "30s"' }),
})

export const scenarioParts = {
  files: z
    .record(z.string().min(1).max(1000), sha256)
    .refine(files => Object.keys(files).length <= MAX_FILES, `at most ${MAX_FILES} files`)
    .default({})
    .meta({ description: 'SHA-256 of an upload, by path' }),
  env: texts.default({}).meta({ description: "the run's own variables" }),
  set: setSchema.default({}).meta({ description: 'vars, as --set gives them' }),
  environment: z.string().optional(),
  overrides: overridesSchema.default({}),
}

/** YAML text, or the same as an object. */
export const scenarioText = z.union([z.string().min(1), z.record(z.string(), z.unknown())])

export const postedRunSchema = z
  .strictObject({
    scenario: scenarioText.meta({
      description: 'the scenario as YAML text or as an object, or { name } of a stored one',
    }),
    ...scenarioParts,
    generators: z.int().min(1).max(10_000).optional(),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .optional(),
    estimateUsdMax: z.number().min(0).optional(),
    labels: texts.optional().meta({ description: "for the report, over the scenario's" }),
    command: z.string().max(500).optional().meta({ description: 'for the report' }),
  })
  .meta({ id: 'PostedRun' })

export type PostedRun = z.output<typeof postedRunSchema>

/** The scenario of the request, or the stored one that it names, with what the request says over it. */
export async function postedScenario(ports: ApiPorts, { command: _, ...posted }: PostedRun): Promise<PostedScenario> {
  const { scenario } = posted
  const names = typeof scenario === 'string' ? [] : Object.keys(scenario)
  if (typeof scenario === 'string' || names.join() !== 'name') return { ...posted, overrides: given(posted.overrides) }
  const name = String(scenario['name'])
  const kept = await ports.documents.get('scenario', name)
  if (kept === undefined) throw new Problem(404, `there is no scenario "${name}"`)
  return over(name, storedScenario(kept.body), posted)
}

function over(name: string, kept: StoredScenario, posted: Omit<PostedRun, 'command'>): PostedScenario {
  const environment = posted.environment ?? kept.environment
  return {
    ...posted,
    scenario: kept.scenario,
    keptAs: name,
    files: { ...kept.files, ...posted.files },
    ...(kept.copyId !== undefined && { copyId: kept.copyId }),
    env: { ...kept.env, ...posted.env },
    set: { ...kept.set, ...posted.set },
    overrides: given({ ...kept.overrides, ...posted.overrides }),
    ...(environment !== undefined && { environment }),
  }
}

/** Without what is undefined: absent and undefined are two things to who reads it. */
function given(overrides: z.output<typeof overridesSchema>): PostedScenario['overrides'] {
  const { target, users, rate, for: duration } = overrides
  return {
    ...(target !== undefined && { target }),
    ...(users !== undefined && { users }),
    ...(rate !== undefined && { rate }),
    ...(duration !== undefined && { for: duration }),
  }
}
