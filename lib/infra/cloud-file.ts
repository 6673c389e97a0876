import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { Fault } from '../scenario/fault.ts'
import { schemaFaults } from '../scenario/schema-faults.ts'
import { reasonOf } from '../store/store-error.ts'

/** Where `squall deploy` leaves what the other commands need to know, for those who run them from the same folder. */
export const CLOUD_FILE = '.squall/cloud.json'

const cloudSchema = z.object({
  schema: z.literal('squall.cloud.v1'),
  apiUrl: z.string(),
  region: z.string(),
  stack: z.string(),
  auth: z.enum(['iam', 'apiKey']),
})
export type CloudFile = z.infer<typeof cloudSchema>

export function writeCloudFile(cloud: CloudFile, folder = '.'): void {
  const file = join(folder, CLOUD_FILE)
  const made = mkdirSync(dirname(file), { recursive: true })
  // Runs of this machine will be kept in the folder, too, and their data must not be committed by accident.
  if (made !== undefined) writeFileSync(join(dirname(file), '.gitignore'), '*\n')
  writeFileSync(file, `${JSON.stringify(cloud, null, 2)}\n`)
}

/** Undefined where there is none; a fault where it cannot be read, or is none that this version wrote. */
export function readCloudFile(folder = '.'): CloudFile | Fault | undefined {
  let given: unknown
  try {
    given = JSON.parse(readFileSync(join(folder, CLOUD_FILE), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return undefined
    return broken(error instanceof SyntaxError ? 'is no JSON' : `cannot be read: ${reasonOf(error).reason}`)
  }
  const parsed = cloudSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const [first] = schemaFaults(cloudSchema, parsed.error.issues, given)
  return broken(
    first === undefined ? 'is not as squall deploy writes it' : `${first.path ?? 'all of it'} ${first.message}`,
  )
}

function broken(message: string): Fault {
  return {
    file: CLOUD_FILE,
    message,
    expected: `what squall deploy writes (squall.cloud.v1)`,
    fix: 'squall deploy writes it anew; without it, --api and --region name the deployment',
  }
}

/** Forgets the deployment if it is this stack's. */
export function removeCloudFile(stack: string): void {
  const written = readCloudFile()
  if (written !== undefined && 'stack' in written && written.stack === stack) rmSync(CLOUD_FILE)
}
