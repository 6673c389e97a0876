import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { editorSchema, languageReference } from '../lib/scenario/reference.ts'

/** Writes docs/language.md and schema/scenario.schema.json from the language's schema. */
const root = new URL('../', import.meta.url)
mkdirSync(new URL('schema/', root), { recursive: true })
writeFileSync(new URL('docs/language.md', root), languageReference())
writeFileSync(new URL('schema/scenario.schema.json', root), editorSchema())
execFileSync(fileURLToPath(new URL('node_modules/.bin/biome', root)), ['format', '--write', 'schema'], {
  cwd: root,
  stdio: 'ignore',
})
