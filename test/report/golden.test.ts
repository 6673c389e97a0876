import { describe, expect, test } from 'vitest'
import { reportFormats } from '../../lib/report/report-formats.ts'
import { renderTerminal } from '../../lib/report/terminal-report.ts'
import { SAMPLES } from './sample-report.ts'

// What the formats are meant to look like. After a change that is meant: `npx vitest run test/report -u`, then read the
// difference. The HTML page has tests of its own.
const formats = ['terminal', 'markdown', 'json', 'junit', 'csv'] as const

describe.each(SAMPLES)('the %s report', (name, report) => {
  test.each(formats)('as %s', async format => {
    const { render, extension } = reportFormats[format]
    await expect(await render(report)).toMatchFileSnapshot(`golden/${name}.${extension}`)
  })

  test('in colour differs from the plain one by escape sequences only', () => {
    const plain = renderTerminal(report, { width: 80 })
    const coloured = renderTerminal(report, { width: 80, colour: true })
    expect(coloured).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences are what is looked for
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain)
  })
})
