import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type CloudFile, readCloudFile, writeCloudFile } from '../../lib/infra/cloud-file.ts'

it('is read as it was written, in a folder whose runs are not committed by accident', () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-cloud-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const cloud: CloudFile = {
    schema: 'squall.cloud.v1',
    apiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com/v1',
    region: 'eu-central-1',
    stack: 'squall',
    auth: 'iam',
  }
  writeCloudFile(cloud, folder)
  expect(readCloudFile(folder)).toEqual(cloud)
  expect(readFileSync(join(folder, '.squall', '.gitignore'), 'utf8')).toBe('*\n')
})
