import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * What a program of this folder prints in a process of its own, bundled, and with constants standing where they are read, as
 * both are in what is published and what is deployed: elsewhere a constant is read from memory each time.
 */
export async function runBundled(program: string, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-bench-'))
  try {
    const outfile = join(folder, 'program.mjs')
    await build({
      entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      minifySyntax: true,
      logLevel: 'warning',
    })
    return execFileSync(process.execPath, [outfile, ...args], { encoding: 'utf8' }).trimEnd()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
