import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exitCode } from '../../lib/cli/exit-code.ts'
import { program } from '../../lib/cli/program.ts'
import type { Terminal } from '../../lib/cli/terminal.ts'
import { demoFaults } from '../../lib/demo/backend.ts'
import { reportFormatNames } from '../../lib/report/report-formats.ts'
import { chapter, chapters, column } from './markdown.ts'

const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')
const lib = new URL('../../lib/', import.meta.url)
const silent: Terminal = {
  out() {},
  err() {},
  outIsTerminal: false,
  errIsTerminal: false,
  outColour: false,
  errColour: false,
  width: 80,
}
const commands = program(silent, () => {}).commands

type Documented = { readonly [flags: string]: string }

/** The rows of the table of options, as `description|default` by flags. */
function optionsIn(text: string): Documented {
  const rows = [...text.matchAll(/^\| `(-[^`]+)` \| (.*?) \|(.*)\|$/gm)]
  return Object.fromEntries(
    rows.map(([, flags = '', meaning, byDefault = '']) => [flags, `${meaning}|${byDefault.trim()}`]),
  )
}

describe('docs/command-line.md', () => {
  it('has a chapter for each command, with its arguments, and for no other', () => {
    const written = chapters(page).flatMap(title => (title.startsWith('squall ') ? [title] : []))
    const actual = commands.map(
      command => `squall ${command.name()} ${command.usage().replace('[options]', '').trim()}`,
    )
    expect(written.toSorted()).toEqual(actual.map(title => title.trim()).toSorted())
  })

  it.each(commands.map(command => [command.name(), command] as const))(
    'has every option of %s, with the same words and default',
    (name, command) => {
      const title = chapters(page).find(one => one === `squall ${name}` || one.startsWith(`squall ${name} `)) ?? ''
      const text = chapter(page, title)
      const shared = {
        ...(text.includes('(#scenario-options)') && optionsIn(chapter(page, 'Scenario options'))),
        ...(text.includes('(#deployment-options)') && optionsIn(chapter(page, 'Deployment options'))),
      }
      const actual = command.options.map(({ flags, description, defaultValue }) => {
        const shown = typeof defaultValue === 'string' || typeof defaultValue === 'number' ? `\`${defaultValue}\`` : ''
        return [flags, `${description}|${shown}`]
      })
      expect({ ...shared, ...optionsIn(text) }).toEqual(Object.fromEntries(actual))
    },
  )

  it('has every exit code', () => {
    expect(column(chapter(page, 'Exit codes')).map(Number)).toEqual(Object.values(exitCode))
  })

  it('says how every command ends that is no run', () => {
    const written = chapter(page, 'Exit codes')
    const others = commands.map(command => command.name()).filter(name => !['run', 'try', 'demo'].includes(name))
    expect(others.filter(name => !written.includes(`\`${name}\``))).toEqual([])
  })

  it('has every variable of ours that the command line reads', () => {
    const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
    const read = files.flatMap(file => [
      ...readFileSync(new URL(file, lib), 'utf8').matchAll(/\benv\['(SQUALL_\w+)'\]/g),
    ])
    const ours = new Set(read.flatMap(([, name]) => (name === undefined || name === 'SQUALL_DEPLOYMENT' ? [] : [name])))
    expect(ours.size).toBeGreaterThanOrEqual(3)
    expect([...ours].filter(name => !column(chapter(page, 'Environment')).includes(name))).toEqual([])
  })

  it('has every fault of the sample target, as it describes itself', () => {
    const rows = [...chapter(page, 'squall demo [file]').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)]
    const { none: _, ...faults } = demoFaults
    expect(Object.fromEntries(rows.map(([, fault, text]) => [fault, text]))).toEqual(faults)
  })

  it('has every format', () => {
    expect(column(chapter(page, 'squall report <run>')).filter(cell => !cell.startsWith('-'))).toEqual(
      reportFormatNames,
    )
  })

  it('and the help of --report and --format name them all', () => {
    const help = commands
      .flatMap(command => command.options)
      .filter(({ long }) => long === '--report' || long === '--format')
    expect(help.length).toBe(2)
    for (const { description } of help)
      expect(reportFormatNames.filter(name => !new RegExp(`\\b${name}\\b`).test(description))).toEqual([])
  })

  it('has every event', () => {
    const source = readFileSync(new URL('../../lib/report/progress-event.ts', import.meta.url), 'utf8')
    const declared = [...source.matchAll(/readonly event: '(\w+)'/g)].map(match => match[1])
    expect(column(chapter(page, 'Events')).toSorted()).toEqual(declared.toSorted())
  })
})
