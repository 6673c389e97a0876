import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { cloudSettings } from '../../lib/cli/cloud-settings.ts'
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

it.for([
  ['{ "schema": "squall.cloud.v1", ', 'is no JSON'],
  ['{ "schema": "squall.cloud.v0" }', 'schema found "squall.cloud.v0"'],
  ['{ "schema": "squall.cloud.v1", "apiUrl": "https://x", "stack": "squall", "auth": "iam" }', 'region is missing'],
  ['[]', 'all of it found []'],
] as const)('%s is broken, which is not absent: %s', async ([text, message]) => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-cloud-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(readCloudFile(folder)).toBeUndefined()
  mkdirSync(join(folder, '.squall'))
  writeFileSync(join(folder, '.squall', 'cloud.json'), text)
  expect(readCloudFile(folder)).toMatchObject({ file: '.squall/cloud.json', message })
  expect(await cloudSettings({}, folder, {})).toMatchObject({ ok: false, faults: [{ message }] })
  expect((await cloudSettings({ region: 'eu-west-1' }, folder, {})).ok).toBe(true)
})
