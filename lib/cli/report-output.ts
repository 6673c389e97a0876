import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Report } from '../report/report.ts'
import { type ReportFormat, reportFormatNames, reportFormats } from '../report/report-formats.ts'
import type { Fault } from '../scenario/fault.ts'
import { reasonOf } from '../store/store-error.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { optionFault } from './option-faults.ts'
import type { Terminal } from './terminal.ts'

/** One `--report FORMAT[=FILE]`. Without a file, or with `-`, it goes to stdout. */
export type ReportOutput = { readonly format: ReportFormat; readonly file?: string }

/**
 * What is wrong with the `--report` options. Stdout has room for one of them, as two formats one after the other are neither;
 * with `--json` for none, as it is the events'.
 */
export function reportFaults(options: { readonly report: readonly string[]; readonly json?: true }): readonly Fault[] {
  const read = options.report.map(text => readReportOutput(text))
  const toStdout = read.filter(output => !('message' in output) && output.file === undefined)
  const taken = options.json === true && toStdout.length > 0
  const one = ': only one report can go to stdout; give the others a file, such as --report html=report.html'
  const json = ' keeps stdout for events; give --report a file, such as --report html=report.html'
  return [
    ...read.filter((output): output is Fault => 'message' in output),
    ...(taken ? [optionFault('--json', json)] : []),
    ...(!taken && toStdout.length > 1 ? [optionFault('--report', one)] : []),
  ]
}

/** All `--report` options, whose faults have been told before the command began. */
export function reportOutputs(options: { readonly report: readonly string[] }): readonly ReportOutput[] {
  return options.report
    .map(text => readReportOutput(text))
    .filter((output): output is ReportOutput => !('message' in output))
}

/** Reads one `FORMAT[=FILE]`, of `--report` or of what is named. */
export function readReportOutput(text: string, option = '--report'): ReportOutput | Fault {
  const split = text.indexOf('=')
  const name = split < 0 ? text : text.slice(0, split)
  const file = split < 0 ? '-' : text.slice(split + 1)
  const format = reportFormatNames.find(candidate => candidate === name)
  if (format === undefined)
    return optionFault(option, `: unknown report format "${name}"; there are ${reportFormatNames.join(', ')}`)
  if (file === '') return optionFault(option, ` ${text}: the file's name is missing after "="`)
  return file === '-' ? { format } : { format, file }
}

/** Unless another report or the events go to stdout, the terminal report does. */
export function withTerminalReport(outputs: readonly ReportOutput[], json: boolean): readonly ReportOutput[] {
  return json || outputs.some(({ file }) => file === undefined) ? outputs : [{ format: 'terminal' }, ...outputs]
}

/** Makes sure before any load that the report can be written where it is wanted, and leaves nothing there that was not. */
export async function prepareOutputs(outputs: readonly ReportOutput[]): Promise<void> {
  for (const { file } of outputs) {
    if (file === undefined) continue
    try {
      await mkdir(dirname(resolve(file)), { recursive: true })
      await tryToWrite(file)
    } catch (error) {
      throw new CommandExit(exitCode.notStarted, `cannot write the report ${file}: ${reasonOf(error).reason}`)
    }
  }
}

/** A run that does not begin has no report, and an empty one would be read as a broken one: what was not there is not left. */
async function tryToWrite(file: string): Promise<void> {
  try {
    await (await open(file, 'wx')).close()
    await rm(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    await (await open(file, 'a')).close()
  }
}

/** Renders the report and writes it where it is wanted; a file that cannot be written ends the command with exit code 4. */
export async function writeReport(report: Report, { format, file }: ReportOutput, terminal: Terminal): Promise<void> {
  const content = await reportFormats[format].render(report, {
    width: terminal.width,
    colour: file === undefined && terminal.outColour,
  })
  if (file === undefined) {
    terminal.out(content.endsWith('\n') ? content : `${content}\n`)
    return
  }
  try {
    await writeFile(file, content)
  } catch (error) {
    throw new CommandExit(exitCode.broken, `cannot write the report ${file}: ${reasonOf(error).reason}`)
  }
}

/** Writes them all, whatever becomes of one; then the command ends with what could not be written. */
export async function writeReports(
  report: Report,
  outputs: readonly ReportOutput[],
  terminal: Terminal,
): Promise<void> {
  const unwritten: string[] = []
  for (const output of outputs) {
    try {
      await writeReport(report, output, terminal)
    } catch (error) {
      if (!(error instanceof CommandExit)) throw error
      unwritten.push(error.message)
    }
  }
  if (unwritten.length > 0)
    throw new CommandExit(
      exitCode.broken,
      `${unwritten.join('\n')}\nthe run is kept; squall report ${report.run.id} writes its report again`,
    )
}
