import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Emulator, inFolder } from './emulator.ts'

const here = import.meta.dirname
const run = promisify(execFile)

/** Runs a program to its end. Throws an Error with the end of what it said, if it fails. */
async function command(program: string, ...options: string[]): Promise<string> {
  try {
    return (await run(program, options, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim()
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new Error(`${program} ${options[0] ?? ''} failed: ${said.slice(-2000) || String(error)}`, { cause: error })
  }
}

/** Changes whenever a version, the plugin or this program does: then the emulator is installed again. */
async function fingerprint(emulator: Emulator): Promise<string> {
  const parts = (await readdir(here, { recursive: true })).filter(file =>
    /^(maven|plugin)\b.*\.(xml|py|mjs|toml)$/.test(file),
  )
  const hash = createHash('sha256').update(emulator.requirement)
  for (const file of [emulator.constraints, 'older-python.py', 'install-emulator.ts', ...parts.sort()])
    hash.update(await readFile(join(here, file)))
  return hash.digest('hex')
}

/**
 * Installs an emulator below the folder, from the package indexes that pip and Maven are configured with; returns at once
 * where it is installed already.
 */
export async function installEmulator(emulator: Emulator, folder: string, say: (text: string) => void): Promise<void> {
  const wanted = await fingerprint(emulator)
  const installed = await readFile(inFolder.installed(folder), 'utf8').catch(() => '')
  if (installed === wanted) return
  say(`installing ${emulator.requirement}`)
  const python = inFolder.python(folder)
  await command('python3', '-m', 'venv', inFolder.venv(folder))
  const pip = (...options: string[]) =>
    command(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...options)
  await pip('--constraint', join(here, emulator.constraints), emulator.requirement)
  if (emulator.requirement.startsWith('localstack')) {
    const packages = await command(python, '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))')
    await command(python, join(here, 'older-python.py'), packages)
    await installPlugin(folder, pip)
    say('fetching DynamoDB Local and JSONata')
    await placeLibraries(inFolder.libraries(folder))
  }
  await writeFile(inFolder.installed(folder), wanted)
}

/** From a copy, because setuptools writes beside what it installs. */
async function installPlugin(folder: string, pip: (...options: string[]) => Promise<string>): Promise<void> {
  const copy = join(folder, 'plugin')
  await cp(join(here, 'plugin'), copy, { recursive: true })
  await pip('--no-deps', '--force-reinstall', copy)
  await rm(copy, { recursive: true })
}

/**
 * LocalStack downloads Java, DynamoDB Local and JSONata when it first needs them, unless it finds them under these names;
 * here Java is the machine's own and the others come from Maven.
 */
async function placeLibraries(libraries: string): Promise<void> {
  await mkdir(join(libraries, 'java'), { recursive: true })
  await rm(join(libraries, 'java', '21'), { force: true })
  await symlink(await javaHome(), join(libraries, 'java', '21'))
  const jars = (project: string, to: string) =>
    command(
      'mvn',
      '--batch-mode',
      '--quiet',
      '--file',
      join(here, 'maven', project),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${to}`,
    )
  const dynamo = join(libraries, 'dynamodb-local', '2')
  await jars('dynamodb-local.xml', join(dynamo, 'DynamoDBLocal_lib'))
  const jar = (await readdir(join(dynamo, 'DynamoDBLocal_lib'))).find(name => /^DynamoDBLocal-.*\.jar$/.test(name))
  if (jar === undefined) throw new Error('Maven brought no DynamoDBLocal jar')
  await cp(join(dynamo, 'DynamoDBLocal_lib', jar), join(dynamo, 'DynamoDBLocal.jar'))
  await jars('jsonata.xml', join(libraries, 'jsonata', '0.9.7'))
}

/** The folder of the `java` of the PATH. */
async function javaHome(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await realpath(join(folder, 'java')).catch(() => undefined)
    if (found !== undefined) return dirname(dirname(found))
  }
  throw new Error('LocalStack needs Java 17 or later, and there is no java on the PATH')
}
