import { afterEach, expect, vi } from 'vitest'
import { destroyCommand } from '../../lib/cli/destroy-command.ts'
import { CommandExit } from '../../lib/cli/exit-code.ts'
import { accountNotReady } from '../../lib/infra/account-ready.ts'
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

it('squall destroy looks where the options, what was deployed, or the configuration say', async ({ openShell }) => {
  const shell = openShell()
  const answers = cloudFormation(
    '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>',
  )
  const server = await shell.server((request, response) => {
    const { status, text } = answers(request)
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
  })
  vi.stubEnv('AWS_ENDPOINT_URL', server.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('AWS_REGION', 'us-west-2')
  const destroy = async (...args: string[]) => {
    const ended = await shell.squall(['destroy', '--yes', ...args])
    expect(ended.code).toBe(3)
    return ended.stderr
  }
  expect(await destroy()).toContain('there is no stack "squall" in us-west-2')
  const config = (more: string) => `export default { allow: { hosts: ['a.example'] }, ${more} }\n`
  shell.write('squall.config.ts', config("stack: 'load', region: 'eu-north-1'"))
  expect(await destroy()).toContain('there is no stack "load" in eu-north-1')
  expect(await destroy('--stack', 'other')).toContain('there is no stack "other" in us-west-2')
  const cloud = { schema: 'squall.cloud.v1', apiUrl: 'https://x', region: 'eu-west-1', stack: 'night', auth: 'iam' }
  shell.write('.squall/cloud.json', JSON.stringify(cloud))
  expect(await destroy()).toContain('there is no stack "night" in eu-west-1')
  expect(await destroy('--stack', 'load')).toContain('there is no stack "load" in eu-north-1')
  expect(await destroy('--region', 'eu-west-3')).toContain('there is no stack "night" in eu-west-3')
  const regions = server.seen.map(({ headers }) => /\/(\w\w-\w+-\d)\//.exec(headers.authorization ?? '')?.[1])
  expect(regions).toEqual(['us-west-2', 'eu-north-1', 'us-west-2', 'eu-west-1', 'eu-north-1', 'eu-west-3'])

  shell.write('.squall/cloud.json', '{')
  expect(await destroy()).toMatch(
    /^\.squall\/cloud\.json {2}is no JSON[\s\S]*nothing was deleted[\s\S]*With --stack and --region/,
  )
  expect(await destroy('--stack', 'load', '--region', 'eu-west-1')).toContain('there is no stack "load" in eu-west-1')
})

it('a region that is none is refused wherever one is named', async ({ openShell }) => {
  const shell = openShell()
  shell.write('a.yml', 'target: https://example.com\nsteps: [get: /]\n')
  for (const args of [
    ['check', 'a.yml', '--cloud'],
    ['run', 'a.yml', '--cloud'],
    ['destroy'],
    ['deploy'],
    ['runs', '--cloud'],
  ]) {
    const ended = await shell.squall([...args, '--region', 'mars-1'])
    expect([ended.code, ended.stderr]).toEqual([
      3,
      '--region mars-1: expected an AWS region such as eu-central-1 or us-east-1\n',
    ])
  }
  const near = await shell.squall(['check', 'a.yml', '--cloud', '--region', 'eu-centrall-1'])
  expect(near.stderr).toContain('fix: --region eu-central-1')
})

const refusedBy = (type: string, message: string) => ({ status: 400, body: { __type: type, message } })

it.for([
  [
    'credentials that AWS does not take',
    refusedBy('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    ['no credentials that AWS takes: The security token', 'fix: --profile NAME'],
  ],
  [
    'an account that CDK is new to',
    refusedBy('ParameterNotFound', ''),
    ['CDK has not been used in this account and in eu-north-1 yet', 'fix: squall deploy --bootstrap'],
  ],
] as const)('squall deploy tells %s before it bundles', async ([, { status, body }, words], { openShell }) => {
  const shell = openShell()
  const server = await shell.server((_, response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body)),
  )
  vi.stubEnv('AWS_ENDPOINT_URL', server.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  shell.write('squall.config.ts', "export default { allow: { hosts: ['a.example'] }, region: 'eu-north-1' }\n")
  const ended = await shell.squall(['deploy', '--yes'])
  expect([ended.code, ended.stdout]).toEqual([3, ''])
  for (const word of words) expect(ended.stderr).toContain(word)
  expect(ended.stderr).not.toContain('cdk did not deploy')
  expect(server.seen.map(({ body: asked }) => JSON.parse(asked))).toEqual([
    { Name: '/cdk-bootstrap/hnb659fds/version' },
  ])
})

it('squall deploy tells that there are no credentials, and of which profile', async ({ openShell }) => {
  const shell = openShell()
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_CONFIG_FILE', shell.write('aws-config', ''))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', shell.write('aws-credentials', ''))
  shell.write('squall.config.ts', "export default { allow: { hosts: ['a.example'] }, region: 'eu-north-1' }\n")
  const ended = await shell.squall(['deploy', '--profile', 'night'])
  expect(ended.code).toBe(3)
  expect(ended.stderr).toMatch(/^no credentials that AWS takes in the profile "night": /)
})

it('squall destroy tells that there are no credentials, and that no region is named', async ({ openShell }) => {
  const shell = openShell()
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_CONFIG_FILE', shell.write('aws-config', ''))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', shell.write('aws-credentials', ''))
  const keyless = await shell.squall(['destroy', '--yes', '--region', 'eu-north-1'])
  expect([keyless.code, keyless.stdout]).toEqual([3, ''])
  expect(keyless.stderr).toMatch(
    /^no credentials that AWS takes: [\s\S]*\n {2}expected credentials[\s\S]*\n {2}fix: --profile/,
  )
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  const nowhere = await shell.squall(['destroy', '--yes'])
  expect([nowhere.code, nowhere.stdout]).toEqual([3, ''])
  expect(nowhere.stderr).toMatch(
    /^no AWS region is named: [\s\S]*\n {2}expected a region[\s\S]*\n {2}fix: --region NAME/,
  )
})

it('squall destroy tells that CloudFormation does not take the credentials', async ({ openShell }) => {
  const refused =
    '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token is invalid</Message></Error></ErrorResponse>'
  const server = await openShell().server((_, response) =>
    response.writeHead(403, { 'content-type': 'text/xml' }).end(refused),
  )
  const { code, text } = await refusal(server)
  expect(code).toBe(3)
  expect(text).toMatch(/^no credentials that AWS takes: The security token is invalid\n {2}expected[\s\S]*\n {2}fix: /)
})

it.for([
  ['what the role may not read', 400, { __type: 'AccessDeniedException', message: 'no' }],
  ['an emulator that knows no parameters', 501, { __type: 'NotImplemented', message: 'no' }],
  ['an account that is ready', 200, { Parameter: { Name: 'x', Value: '21' } }],
] as const)('%s is left to cdk', async ([, status, body], { openShell }) => {
  const server = await openShell().server((_, response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body)),
  )
  vi.stubEnv('AWS_ENDPOINT_URL', server.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  expect(await accountNotReady({ region: 'eu-north-1', qualifier: 'mine' })).toBeUndefined()
  expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ Name: '/cdk-bootstrap/mine/version' })
})

it('an AWS that does not answer is told with its region', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('HTTPS_PROXY', '')
  vi.stubEnv('https_proxy', '')
  vi.stubEnv('AWS_REGION', 'ap-south-2')
  expect(await accountNotReady({})).toMatchObject({ kind: 'unreachable', region: 'ap-south-2' })
})

it.for([
  ['nothing built or installed', undefined],
  ['"type": "commonjs", as npm init writes it', '{ "type": "commonjs" }'],
  ['"type": "module"', '{ "type": "module" }'],
] as const)('a configuration and a scenario may import squall, with %s', async ([, packageText], { openShell }) => {
  const shell = openShell()
  if (packageText !== undefined) shell.write('package.json', packageText)
  shell.write('hosts.ts', "export const hosts: readonly string[] = ['a.example']\n")
  shell.write(
    'squall.config.ts',
    "import { defineConfig } from 'squall/config'\nimport { hosts } from './hosts.ts'\nexport default defineConfig({ allow: { hosts: [...hosts] }, retentionDays: 0 })\n",
  )
  shell.write(
    'shop.ts',
    "import { scenario } from 'squall'\nexport default scenario({ target: 'http://127.0.0.1:9', steps: [{ get: '/' }] })\n",
  )
  const deployed = await shell.squall(['deploy'])
  expect(deployed.stderr).toMatch(/^squall\.config\.ts retentionDays {2}found 0/)
  expect(deployed.stderr).not.toContain('Warning')
  const checked = await shell.squall(['check', 'shop.ts'])
  expect(checked.code, checked.stderr).toBe(0)
})

it('squall deploy warns of a range that is open to all, before it asks anything of AWS', async ({ openShell }) => {
  const shell = openShell()
  const server = await shell.server((_, response) => response.writeHead(400).end('{"__type":"ParameterNotFound"}'))
  vi.stubEnv('AWS_ENDPOINT_URL', server.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  shell.write('squall.config.ts', "export default { allow: { cidrs: ['0.0.0.0/0'] }, region: 'eu-north-1' }\n")
  const { code, stderr } = await shell.squall(['deploy', '--yes'])
  expect(code).toBe(3)
  expect(stderr).toMatch(
    /^warning: squall\.config\.ts allow\.cidrs\[0\] {2}0\.0\.0\.0\/0 allows every[\s\S]*CDK has not been used/,
  )
})
