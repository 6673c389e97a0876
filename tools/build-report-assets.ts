import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))

export const ASSETS_FILE = new URL('../lib/report/html/assets.generated.ts', import.meta.url)

/**
 * The HTML report's script and style as one module of constants, so that the report is rendered without a bundler at run
 * time, from source and from the published package alike. A test fails while the committed module is not what this gives.
 */
export async function reportAssets(): Promise<string> {
  const script = await bundled('lib/report/html/browser/main.ts')
  const style = await bundled('lib/report/html/style/page.css')
  return [
    '// Made by tools/build-report-assets.ts: run `node tools/build-report-assets.ts` after a change of the parts.',
    constant('SCRIPT', script),
    constant('SCRIPT_SHA256', sha256(script)),
    constant('STYLE', style),
    constant('STYLE_SHA256', sha256(style)),
    '',
  ].join('\n')
}

async function bundled(entry: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    charset: 'ascii',
    legalComments: 'none',
  })
  const text = result.outputFiles[0]?.text.trim()
  if (text === undefined || /<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${entry} cannot stand in a page`)
  return text
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64')
}

function constant(name: string, text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `export const ${name} = '${inner}'`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(ASSETS_FILE, await reportAssets())
}
