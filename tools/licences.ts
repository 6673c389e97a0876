import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const licenceFile = /^(licen[cs]e|copying|notice)/i

/** The licences of the packages whose files are among `inputs` (paths below `root`), each with its text. */
export function licences(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap(file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))
  const parts = [...folders].toSorted().map(folder => licenceOf(resolve(root, folder)))
  return ['Squall is published with the code of these packages in it.', ...parts].join(`\n\n${'='.repeat(80)}\n\n`)
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
    readonly license?: string
  }
  const files = readdirSync(folder).filter(file => licenceFile.test(file))
  if (license === undefined && files.length === 0) throw new Error(`${name} says nothing of its licence`)
  return [
    `${name} ${version}: ${license ?? 'see below'}`,
    ...files.map(file => readFileSync(join(folder, file), 'utf8').trim()),
  ].join('\n\n')
}
