import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { needArtifact, putArtifact } from '../../lib/store/artifact.ts'
import { FileObjectStore } from '../../lib/store/file-object-store.ts'
import { openLocalStore } from '../../lib/store/local-store.ts'
import { SqliteDatabase } from '../../lib/store/sqlite-database.ts'
import { SqliteDocumentStore } from '../../lib/store/sqlite-document-store.ts'
import { SqliteRunStore } from '../../lib/store/sqlite-run-store.ts'
import { StoreError } from '../../lib/store/store-error.ts'
import { documentStoreContract } from './document-store-contract.ts'
import { objectStoreContract } from './object-store-contract.ts'
import { runStoreContract } from './run-store-contract.ts'

const root = mkdtempSync(join(tmpdir(), 'squall-store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = () => mkdtempSync(join(root, 'case-'))
const openRuns = (path: string, epochMs: () => number) => new SqliteRunStore(new SqliteDatabase(path), epochMs)

describe('files as the object store', () => {
  objectStoreContract(async () => new FileObjectStore(folder()))

  it('leaves no temporary file behind', async () => {
    const at = folder()
    const store = new FileObjectStore(at)
    await store.put('a/b', new Uint8Array(10))
    await store.putIfAbsent('a/b', new Uint8Array(10))
    expect(readdirSync(join(at, 'a'))).toEqual(['b'])
  })

  it('lists the same keys however its folder is written', async () => {
    const at = folder()
    await new FileObjectStore(at).put('runs/a/plan.json', new Uint8Array())
    for (const written of [`${at}/`, `./${relative('.', at)}`, `${at}/../${basename(at)}`]) {
      expect(await new FileObjectStore(written).list('runs/')).toEqual(['runs/a/plan.json'])
    }
  })

  it('says in words why it cannot delete', async () => {
    const at = folder()
    const store = new FileObjectStore(at)
    await store.put('runs/a/plan.json', new Uint8Array())
    await expect(store.delete('runs/a')).rejects.toThrow(StoreError)
  })

  it('says in words why it cannot write', async () => {
    const at = folder()
    writeFileSync(join(at, 'runs'), 'a file where a folder should be')
    await expect(new FileObjectStore(at).put('runs/a/plan.json', new Uint8Array())).rejects.toThrow(StoreError)
    await expect(new FileObjectStore(at).put('runs/a/plan.json', new Uint8Array())).rejects.toThrow(
      /cannot write .*plan\.json: /,
    )
  })
})

describe('SQLite as the run store', () => {
  runStoreContract(async () => openRuns(join(folder(), 'squall.db'), () => 0))

  it('is shared by several connections', async () => {
    const path = join(folder(), 'squall.db')
    const [one, other] = [openRuns(path, () => 7), openRuns(path, () => 8)]
    await one.create({
      schema: 'squall.run.v1',
      id: 'a',
      scenario: 's',
      target: 't',
      command: 'c',
      state: 'planned',
      createdAt: '2026-01-01T00:00:00.000Z',
    })
    await other.beat('a')
    expect(await one.control('a')).toEqual({ beat: 1, beatAtMs: 8 })
    one.close()
    other.close()
  })
})

describe('SQLite as the document store', () => {
  documentStoreContract(
    async () => new SqliteDocumentStore(new SqliteDatabase(join(folder(), 'squall.db')), () => Date.UTC(2026, 0, 1)),
  )
})

it('a database that is damaged while it is open is told in words, also to who reads', async () => {
  const path = join(folder(), 'squall.db')
  const store = openRuns(path, () => 0)
  const other = new DatabaseSync(path)
  other.exec('DROP TABLE run; DROP TABLE control')
  other.close()
  await expect(store.get('a')).rejects.toThrow(StoreError)
  await expect(store.list({ limit: 1 })).rejects.toThrow('cannot read the runs: no such table: run')
  await expect(store.control('a')).rejects.toThrow(StoreError)
  store.close()
})

describe('opening the local store', () => {
  it('refuses a folder that is a file, in words', () => {
    const path = join(folder(), 'taken')
    writeFileSync(path, '')
    expect(() => openLocalStore(path)).toThrow(/cannot write .*taken: /)
  })

  it('refuses a database that is not one, in words', () => {
    const at = folder()
    writeFileSync(join(at, 'squall.db'), 'this is not a database, and long enough to be read as one'.repeat(20))
    expect(() => openLocalStore(at)).toThrow(/cannot open .*squall\.db: /)
    chmodSync(at, 0o755)
  })
})

describe('artifacts', () => {
  it('are refused by name when their version is another', async () => {
    const { objects, runs } = openLocalStore(folder())
    await putArtifact(objects, 'x.json', { schema: 'squall.plan.v2' })
    await expect(needArtifact(objects, 'x.json', 'squall.plan.v1')).rejects.toThrow(
      'x.json is squall.plan.v2, where squall.plan.v1 is expected',
    )
    await objects.put('y.json', new TextEncoder().encode('{'))
    await expect(needArtifact(objects, 'y.json', 'squall.plan.v1')).rejects.toThrow('y.json is damaged')
    await expect(needArtifact(objects, 'z.json', 'squall.plan.v1')).rejects.toThrow('z.json is missing')
    runs.close()
  })
})
