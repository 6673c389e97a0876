import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TOOLKIT } from '../lib/infra/cdk-toolkit.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  dependencies: Record<string, string>
}

/** What the published code imports, by package; types are gone when it runs. */
function imported(): Set<string> {
  const names = new Set<string>()
  for (const folder of ['lib', 'functions', 'bin'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.[jt]s$/.test(file)) continue
      const text = readFileSync(join(root, folder, file), 'utf8').replaceAll(/^import type [^']*'[^']*'/gm, '')
      for (const [, name = ''] of text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'((?:@[\w-]+\/)?[a-z][\w.-]*)/g))
        names.add(name)
    }
  return names
}

test('what is installed with the package is what it imports', () => {
  const names = imported()
  // The typed wrapper of commander asks for it as a peer.
  const unused = Object.keys(dependencies).filter(name => !names.has(name) && name !== 'commander')
  expect(unused).toEqual([])
  // A deployment's own tools, which `squall deploy` asks for where they are missing; cdk-nag checks ours only.
  const ofDeployment: readonly string[] = [...TOOLKIT, 'cdk-nag']
  const missing = [...names].filter(name => !(name in dependencies) && name !== 'node' && !ofDeployment.includes(name))
  expect(missing).toEqual([])
})
