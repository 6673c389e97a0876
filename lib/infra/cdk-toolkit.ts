import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import * as z from 'zod'
import { codeFile, codeFolder } from './package-folder.ts'

/**
 * What a deployment needs beside Squall: development packages of the user's own, as a run needs none of them and they are
 * larger than all the rest.
 */
export const TOOLKIT = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'esbuild'] as const

const require = createRequire(import.meta.url)

/** The packages of the toolkit that are not installed here, each with the version that this Squall was tested with. */
export function missingToolkit(): readonly string[] {
  const missing = TOOLKIT.filter(name => packageFile(name) === undefined)
  if (missing.length === 0) return []
  const { devDependencies } = z
    .object({ devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(ownPackageFile(), 'utf8')))
  return missing.map(name => `${name}@${devDependencies[name] ?? 'latest'}`)
}

function packageFile(name: string): string | undefined {
  try {
    return require.resolve(`${name}/package.json`)
  } catch {
    return undefined
  }
}

/** Beside bin/ and lib/ in the checkout, above dist/ in an installed package. */
function ownPackageFile(): string {
  const folder = codeFile('').endsWith('.ts') ? codeFolder : dirname(codeFolder)
  return join(folder, 'package.json')
}

/**
 * `--app` for cdk, which gives it to a shell; its argument parser takes quotes away that are around the whole. `runCdk`
 * puts this Node first on the PATH.
 */
export function appCommand(): string {
  return `node "${codeFile('bin/app')}"`
}

/**
 * Runs cdk and gives its exit code. Everything that it says goes to stderr: stdout is for what the command has found.
 * It reads from this terminal, as it asks before permissions are widened.
 */
export async function runCdk(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const cdk = packageFile('aws-cdk')
  if (cdk === undefined) throw new Error('aws-cdk is not installed')
  const child = spawn(process.execPath, [join(dirname(cdk), 'bin', 'cdk'), ...args], {
    stdio: ['inherit', 2, 'inherit'],
    env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`, ...env },
  })
  // Ctrl-C reaches cdk by itself; it decides what becomes of a deployment under way.
  const ignore = () => {}
  process.on('SIGINT', ignore)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
    })
  } finally {
    process.off('SIGINT', ignore)
  }
}
