import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseDuration } from '../scenario/duration.ts'
import { reasonOf } from '../store/store-error.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

type Load = 'smoke' | 'users' | 'rate'
type Answers = { readonly target: string; readonly load: Load; readonly limit: string }

const loads: Readonly<Record<Load, { readonly label: string; readonly yaml: string }>> = {
  smoke: { label: 'one user, once: does it work at all', yaml: '' },
  users: {
    label: '20 users for a minute, each as fast as it is answered and thinks',
    yaml: ['load:', '  - users: 0 -> 20', '    for: 10s', '    warmup: true', '  - users: 20', '    for: 1m', ''].join(
      '\n',
    ),
  },
  rate: {
    label: '20 arrivals a second for a minute, whether or not they are answered',
    yaml: [
      'load:',
      '  - rate: 1/s -> 20/s',
      '    for: 10s',
      '    warmup: true',
      '  - rate: 20/s',
      '    for: 1m',
      '',
    ].join('\n'),
  },
}

/** `squall init`: three questions, then a scenario that runs as it stands. Never overwrites a file. */
export async function initCommand(
  file: string,
  options: { readonly target?: string; readonly load?: string; readonly limit?: string },
  terminal: Terminal,
): Promise<number> {
  if (existsSync(file))
    throw new CommandExit(
      exitCode.notStarted,
      `${file} is there already; squall init ${suggestName(file)} writes another`,
    )
  const { target, load, limit } = options
  const given = target !== undefined && load !== undefined && limit !== undefined
  if (!given && !process.stdin.isTTY)
    throw new CommandExit(
      exitCode.notStarted,
      'squall init asks questions; without a terminal give --target, --load and --limit',
    )
  const answers = given ? checkAnswers({ target, load, limit }) : await ask({ ...options })
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, scenarioText(answers), { flag: 'wx' })
  } catch (error) {
    throw new CommandExit(exitCode.notStarted, `cannot write ${file}: ${reasonOf(error).reason}`)
  }
  terminal.out(
    `wrote ${file}\n\n  squall check ${file}   shows what it will do\n  squall try ${file}     runs it once and shows every answer\n  squall run ${file}     runs it and judges\n`,
  )
  return exitCode.pass
}

function suggestName(file: string): string {
  return file.replace(/(\.\w+)?$/, (extension: string) => `-2${extension}`)
}

function targetFault(text: string): string | undefined {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? undefined
    : 'expected an address such as http://127.0.0.1:8080'
}

function limitFault(text: string): string | undefined {
  return parseDuration(text).ok ? undefined : 'expected a duration such as 500ms or 2s'
}

function checkAnswers(given: { readonly target: string; readonly load: string; readonly limit: string }): Answers {
  const load = Object.keys(loads).find((name): name is Load => name === given.load)
  const faults = [
    [`--target ${given.target}`, targetFault(given.target)],
    [`--load ${given.load}`, load === undefined ? 'expected smoke, users or rate' : undefined],
    [`--limit ${given.limit}`, limitFault(given.limit)],
  ].flatMap(([option, fault]) => (fault === undefined ? [] : [`${option}: ${fault}`]))
  if (load === undefined || faults.length > 0) throw new CommandExit(exitCode.notStarted, faults.join('\n'))
  return { ...given, load }
}

async function ask(known: {
  readonly target?: string
  readonly load?: string
  readonly limit?: string
}): Promise<Answers> {
  const { cancel, group, select, text } = await import('@clack/prompts')
  // Shown until something is typed, which takes its place; in the field itself it would stand before what is typed.
  const offered = (byDefault: string, faultOf: (text: string) => string | undefined) => ({
    placeholder: byDefault,
    defaultValue: byDefault,
    validate: (typed: string | undefined) => faultOf(typed === undefined || typed === '' ? byDefault : typed),
  })
  const answers = await group(
    {
      target: () =>
        text({
          message: 'What is the address of the service?',
          ...offered(known.target ?? 'http://127.0.0.1:8080', targetFault),
        }),
      load: () =>
        select<Load>({
          message: 'What load shall it bear?',
          options: (Object.keys(loads) as Load[]).map(value => ({ value, label: loads[value].label })),
        }),
      limit: () =>
        text({
          message: 'How slow may 95 % of the answers be at most?',
          ...offered(known.limit ?? '500ms', limitFault),
        }),
    },
    {
      onCancel: () => {
        cancel('Nothing was written.')
        throw new CommandExit(exitCode.notStarted, '')
      },
    },
  )
  return answers
}

function scenarioText({ target, load, limit }: Answers): string {
  const { pathname, origin, search } = new URL(target)
  return [
    '# yaml-language-server: $schema=./node_modules/squall/dist/schema/scenario.schema.json',
    'squall: 1',
    `target: ${origin}`,
    '',
    ...(loads[load].yaml === '' ? [] : [loads[load].yaml]),
    'flows:',
    '  main:',
    '    steps:',
    `      - get: ${JSON.stringify(`${pathname}${search}`)}`,
    '        check:',
    '          - status is 2xx',
    ...(load === 'users' ? ['      - think: 1s..3s'] : []),
    '',
    'thresholds:',
    '  - errors < 1%',
    `  - ${load === 'smoke' ? 'max' : 'p95'} < ${limit.trim()}`,
    '',
  ].join('\n')
}
