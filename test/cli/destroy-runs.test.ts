import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, expect, vi } from 'vitest'
import { type DestroyCommandOptions, destroyCommand } from '../../lib/cli/destroy-command.ts'
import { CommandExit } from '../../lib/cli/exit-code.ts'
import type { Answer, Seen } from './recording-server.ts'
import { it, type Shell } from './shell.ts'
import { writtenTerminal } from './written-terminal.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const member = (inner: string) => `<member>${inner}</member>`
const output = (name: string, value: string) =>
  member(`<OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue>`)
const stateMachineArn = 'arn:aws:states:eu-central-1:1:stateMachine:load-run'
const outputs = [
  output('BucketName', 'bucket'),
  output('TableName', 'table'),
  output('StateMachineArn', stateMachineArn),
]
const described = (status: string) =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks>${member(
    `<StackId>arn:aws:cloudformation:eu-central-1:1:stack/load/1</StackId><StackName>load</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${outputs.join('')}</Outputs>`,
  )}</Stacks></DescribeStacksResult></DescribeStacksResponse>`
const template = `<GetTemplateResponse><GetTemplateResult><TemplateBody>{"Resources":{}}</TemplateBody></GetTemplateResult></GetTemplateResponse>`
const resources = `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`
const emptyList = `<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`

/** What of a service was asked for: its target in a header, or its action in the form. */
const actionOf = ({ headers, body, method }: Seen): string =>
  headers['x-amz-target']?.toString().split('.').at(-1) ??
  new URLSearchParams(body).get('Action') ??
  (method === 'GET' ? 'ListObjects' : method)

const refused = { status: 400, text: '{"__type":"AccessDeniedException","message":"not for you"}' }
const running = JSON.stringify({ executions: ['run-1', 'run-2'].map(name => ({ name, status: 'RUNNING' })) })

/** AWS with two runs under way, which refuses what is named. */
function aws(refusals: readonly string[]): Answer {
  let deleted = false
  const answers: Readonly<Record<string, () => string>> = {
    DescribeStacks: () => described(deleted ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE'),
    GetTemplate: () => template,
    ListStackResources: () => resources,
    ListExecutions: () => running,
    UpdateItem: () => '{}',
    StopExecution: () => '{"stopDate":1}',
    ListObjects: () => emptyList,
    DeleteStack() {
      deleted = true
      return '<DeleteStackResponse/>'
    },
  }
  return (request, response) => {
    const action = actionOf(request)
    const isRefused = refusals.some(named => named === action || named === `${action} ${runOf(request)}`)
    const text = isRefused ? refused.text : answers[action]?.()
    response.writeHead(isRefused ? refused.status : text === undefined ? 500 : 200).end(text ?? '')
  }
}

const runOf = ({ body }: Seen): string | undefined => /run-\d/.exec(body)?.[0]

/** Destroys the stack against a server that refuses so much; gives what was told, and the actions in their order. */
async function destroyed(shell: Shell, refusals: readonly string[], options: DestroyCommandOptions) {
  const server = await shell.server(aws(refusals))
  vi.stubEnv('AWS_ENDPOINT_URL', server.url)
  const inEnvironment = options.profile === undefined ? 'test' : undefined
  vi.stubEnv('AWS_ACCESS_KEY_ID', inEnvironment)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', inEnvironment)
  const terminal = writtenTerminal()
  const code = await destroyCommand({ stack: 'load', region: 'eu-central-1', ...options }, terminal).catch(
    (error: unknown) => {
      if (!(error instanceof CommandExit)) throw error
      terminal.err(error.message)
      return error.code
    },
  )
  return { code, text: terminal.written.join('').replaceAll(/\s+/g, ' '), actions: server.seen.map(actionOf), server }
}

const noControl = 'cannot stop the run in table table: access denied'

it.for([
  ['all are stopped', [], ['runs under way, which are stopped: run-1, run-2'], ['not stopped', 'two ways']],
  [
    'one way is refused',
    ['UpdateItem'],
    ['stopped in one of two ways', `run-1: ${noControl}`, `run-2: ${noControl}`],
    ['not stopped', 'end the execution'],
  ],
  [
    'the other way is refused for one of them',
    ['StopExecution run-2'],
    ['run-2: cannot end the execution run-2: access denied'],
    ['not stopped', 'run-1:'],
  ],
  [
    'one is told in neither way',
    ['UpdateItem', 'StopExecution run-2'],
    [`run-1: ${noControl} `, 'not stopped;', `run-2: ${noControl}; cannot end the execution run-2: access denied`],
    [],
  ],
] as const)(
  'squall destroy --yes goes on where %s, and says so',
  async ([, refusals, words, others], { openShell }) => {
    const { code, text, actions } = await destroyed(openShell(), refusals, { yes: true })
    expect(code, text).toBe(0)
    for (const word of words) expect(text).toContain(word)
    for (const word of others) expect(text).not.toContain(word)
    expect(actions.filter(action => action === 'UpdateItem')).toHaveLength(2)
    expect(actions.filter(action => action === 'StopExecution')).toHaveLength(2)
    expect(actions).toContain('DeleteStack')
  },
)

it.for([
  ['deletes nothing where a run is told in neither way', ['UpdateItem', 'StopExecution run-1'], 3],
  ['goes on where each is told in one way', ['UpdateItem'], 0],
] as const)('squall destroy with the name typed out %s', async ([, refusals, expected], { openShell }) => {
  const typed = Object.assign(new PassThrough(), { isTTY: true })
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(typed as never)
  typed.end('load\n')
  const { code, text, actions } = await destroyed(openShell(), refusals, {})
  expect(code, text).toBe(expected)
  expect(actions.includes('DeleteStack')).toBe(expected === 0)
  if (expected === 0) return
  expect(text).toContain(`nothing was deleted, since runs could not be stopped: run-1: ${noControl}; cannot end`)
  expect(text).toMatch(/fix: .*--yes/)
})

it('squall destroy deletes nothing where it cannot ask which runs are under way', async ({ openShell }) => {
  const { code, text, actions } = await destroyed(openShell(), ['ListExecutions'], { yes: true })
  expect([code, text]).toEqual([
    3,
    expect.stringContaining('cannot ask Step Functions for runs under way: not for you'),
  ])
  expect(actions).not.toContain('DeleteStack')
})

it('squall destroy stops runs with the credentials of --profile', async ({ openShell }) => {
  const shell = openShell()
  vi.stubEnv(
    'AWS_SHARED_CREDENTIALS_FILE',
    join(shell.folder, shell.write('keys', '[night]\naws_access_key_id = NIGHTKEY\naws_secret_access_key = x\n')),
  )
  const { code, text, actions, server } = await destroyed(shell, [], { yes: true, profile: 'night' })
  expect(code, text).toBe(0)
  expect(actions.filter(action => action === 'UpdateItem')).toHaveLength(2)
  const keys = server.seen.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])
  expect(new Set(keys)).toEqual(new Set(['NIGHTKEY']))
})
