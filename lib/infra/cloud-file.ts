import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'

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

/** Undefined where there is none, or none that this version wrote. */
export function readCloudFile(folder = '.'): CloudFile | undefined {
  try {
    return cloudSchema.safeParse(JSON.parse(readFileSync(join(folder, CLOUD_FILE), 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Forgets the deployment if it is this stack's. */
export function removeCloudFile(stack: string): void {
  if (existsSync(CLOUD_FILE) && readCloudFile()?.stack === stack) rmSync(CLOUD_FILE)
}
