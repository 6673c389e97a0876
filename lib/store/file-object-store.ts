import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { ObjectStore } from './object-store.ts'
import { storeError } from './store-error.ts'

const isCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code

/**
 * Objects as files below one folder. A write goes to a temporary name beside its target and is renamed (or, for
 * `putIfAbsent`, hard-linked, which fails if the name exists), so that a killed process leaves nothing half-written.
 */
export class FileObjectStore implements ObjectStore {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key)
    try {
      return await readFile(path)
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined
      throw storeError('read', path, error)
    }
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    const path = this.#path(key)
    const temporary = await this.#write(path, body)
    try {
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw storeError('write', path, error)
    }
  }

  async putIfAbsent(key: string, body: Uint8Array): Promise<boolean> {
    const path = this.#path(key)
    const temporary = await this.#write(path, body)
    try {
      await link(temporary, path)
      return true
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false
      throw storeError('write', path, error)
    } finally {
      await rm(temporary, { force: true })
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    // The prefix need not end at a folder, so the last part is matched by name.
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    try {
      const entries = await readdir(join(this.#root, folder), { recursive: true, withFileTypes: true })
      return entries
        .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
        .map(entry => relative(this.#root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .filter(key => key.startsWith(prefix))
        .sort()
    } catch (error) {
      if (isCode(error, 'ENOENT')) return []
      throw storeError('list', join(this.#root, folder), error)
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key)
    try {
      await rm(path, { force: true })
    } catch (error) {
      throw storeError('delete', path, error)
    }
  }

  #path(key: string): string {
    return join(this.#root, key)
  }

  async #write(path: string, body: Uint8Array): Promise<string> {
    const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(temporary, body)
      return temporary
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {})
      throw storeError('write', path, error)
    }
  }
}
