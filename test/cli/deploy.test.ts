import { afterEach, expect, vi } from 'vitest'
import { destroyCommand } from '../../lib/cli/destroy-command.ts'
import { CommandExit } from '../../lib/cli/exit-code.ts'
import type { RecordingServer, Seen } from './recording-server.ts'
import { it } from './shell.ts'
import { writtenTerminal } from './written-terminal.ts'

afterEach(() => vi.unstubAllEnvs())

it('squall deploy tells every fault of squall.config.ts at once, before cdk is asked', async ({ openShell }) => {
  const shell = openShell()
  shell.write('squall.config.ts', "export default { alow: {}, retentionDays: 'long' }\n")
  const ended = await shell.squall(['deploy', '--context', 'squall.auth=open'])
  expect(ended.code).toBe(3)
  expect(ended.stdout).toBe('')
  for (const words of ['unknown key "alow"', 'fix: allow', 'found "long"', 'found "open"', 'allow  is missing'])
    expect(ended.stderr).toContain(words)
  expect(ended.stderr).toContain('nothing was deployed')
})

it('squall deploy says what it needs in a folder without a configuration', async ({ openShell }) => {
  const ended = await openShell().squall(['deploy'])
  expect(ended.code).toBe(3)
  expect(ended.stderr).toContain('there is no squall.config.ts in this folder')
  expect(ended.stderr).toContain('fix: a file squall.config.ts with')
  expect((await openShell().squall(['deploy', '--context', 'x'])).stderr).toContain('--context x: expected name=value')
})

const member = (inner: string) => `<member>${inner}</member>`
const output = (name: string) => member(`<OutputKey>${name}</OutputKey><OutputValue>x</OutputValue>`)
const described = (outputs: string, more = '') =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks>${member(
    `<StackId>arn:aws:cloudformation:eu-central-1:1:stack/load/1</StackId><StackName>load</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>${more}<Outputs>${outputs}</Outputs>`,
  )}</Stacks></DescribeStacksResult></DescribeStacksResponse>`
const template = `<GetTemplateResponse><GetTemplateResult><TemplateBody>{"Resources":{}}</TemplateBody></GetTemplateResult></GetTemplateResponse>`
const resources = `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`
const ours = ['BucketName', 'TableName', 'StateMachineArn'].map(output).join('')

/** CloudFormation's answers, by action; nothing else is expected to be asked. */
function cloudFormation(stacks: string) {
  return ({ body }: Seen): { readonly status: number; readonly text: string } => {
    const action = new URLSearchParams(body).get('Action')
    if (action === 'DescribeStacks') return { status: stacks.startsWith('<Error') ? 400 : 200, text: stacks }
    if (action === 'GetTemplate') return { status: 200, text: template }
    if (action === 'ListStackResources') return { status: 200, text: resources }
    return { status: 500, text: '' }
  }
}

async function refusal(server: RecordingServer, options = {}): Promise<{ code: number; text: string }> {
  vi.stubEnv('AWS_ENDPOINT_URL', server.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  const terminal = writtenTerminal()
  const ended = destroyCommand({ stack: 'load', region: 'eu-central-1', yes: true, ...options }, terminal)
  return await ended.then(
    () => ({ code: 0, text: '' }),
    (error: unknown) => {
      if (error instanceof CommandExit) return { code: error.code, text: error.message }
      throw error
    },
  )
}

it.for([
  [
    'no stack of the name',
    '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id load does not exist</Message></Error></ErrorResponse>',
    'there is no stack "load" in eu-central-1',
  ],
  ['a stack that is not Squall’s', described(output('Url')), 'none of Squall’s: it is left alone'],
  [
    'a protected stack',
    described(ours, '<EnableTerminationProtection>true</EnableTerminationProtection>'),
    'set deletionProtection: false',
  ],
] as const)('squall destroy deletes nothing for %s', async ([, stacks, words], { openShell }) => {
  const answers = cloudFormation(stacks)
  const server = await openShell().server((request, response) => {
    const { status, text } = answers(request)
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
  })
  expect(await refusal(server)).toEqual({ code: 3, text: expect.stringContaining(words) })
  expect(server.seen.map(({ body }) => new URLSearchParams(body).get('Action'))).not.toContain('DeleteStack')
})
