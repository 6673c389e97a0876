import { join } from 'node:path'

export const emulatorNames = ['localstack', 'ministack'] as const
export type EmulatorName = (typeof emulatorNames)[number]

/** Where things of one emulator are, below the folder that the user gave. */
export type EmulatorPlace = {
  readonly folder: string
  readonly port: number
  /** Runs the functions; of the major version that they are deployed for. */
  readonly nodeBinary: string
}

export type Emulator = {
  /** What pip installs; everything below it is pinned by the constraints beside this file. */
  readonly requirement: string
  readonly constraints: string
  readonly healthPath: string
  command(place: EmulatorPlace): readonly string[]
  settings(place: EmulatorPlace): Readonly<Record<string, string>>
}

export const inFolder = {
  venv: (folder: string) => join(folder, 'venv'),
  python: (folder: string) => join(folder, 'venv', 'bin', 'python'),
  /** What LocalStack believes to be the root of its container. */
  root: (folder: string) => join(folder, 'root'),
  libraries: (folder: string) => join(folder, 'root', 'var', 'lib', 'localstack', 'lib'),
  temporary: (folder: string) => join(folder, 'tmp'),
  log: (folder: string) => join(folder, 'log'),
  record: (folder: string) => join(folder, 'process.json'),
  installed: (folder: string) => join(folder, 'installed'),
} as const

const localstack: Emulator = {
  requirement: 'localstack-core[runtime]==4.14.0',
  constraints: 'localstack.constraints.txt',
  healthPath: '/_localstack/health',
  command: ({ folder }) => [inFolder.python(folder), '-m', 'localstack.runtime.main'],
  settings: ({ folder, port, nodeBinary }) => ({
    // The loopback only.
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    // The host in the URLs that LocalStack hands out, and of the queues, whose names would not resolve.
    LOCALSTACK_HOST: `127.0.0.1:${port}`,
    HOSTNAME_FROM_LAMBDA: '127.0.0.1',
    SQS_ENDPOINT_STRATEGY: 'path',
    // plugin/: functions are processes.
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    LAMBDA_NODE_BINARY: nodeBinary,
    // Many processes that start at once on few cores take their time; idle ones end after two minutes.
    LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: '120',
    LAMBDA_KEEPALIVE_MS: '120000',
    PROVIDER_OVERRIDE_DYNAMODB: 'v2',
    PROVIDER_OVERRIDE_DYNAMODBSTREAMS: 'v2',
    DYNAMODB_IN_MEMORY: '1',
    // Wait states compare with the local time.
    TZ: 'UTC',
    OVERRIDE_IN_DOCKER: '0',
    DNS_ADDRESS: '0',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    DISABLE_EVENTS: '1',
    FILESYSTEM_ROOT: inFolder.root(folder),
    TMPDIR: inFolder.temporary(folder),
    // Its index of plugins goes stale: begin anew.
    XDG_CACHE_HOME: inFolder.temporary(folder),
  }),
}

const ministack: Emulator = {
  requirement: 'ministack==1.5.33',
  constraints: 'ministack.constraints.txt',
  healthPath: '/_ministack/health',
  command: ({ folder }) => [join(inFolder.venv(folder), 'bin', 'ministack')],
  settings: ({ port, nodeBinary }) => ({
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    // MiniStack runs functions with the node of its PATH.
    PATH: `${join(nodeBinary, '..')}:${process.env['PATH'] ?? ''}`,
  }),
}

export const emulators: Readonly<Record<EmulatorName, Emulator>> = { localstack, ministack }

/** What a client needs to speak to the emulator instead of AWS. */
export function clientEnvironment(port: number): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  }
}
