import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/** What takes the place of a module, given its text. */
type Replacement = (text: string) => string

type Modules = readonly (readonly [file: RegExp, instead: Replacement])[]

/**
 * What libraries bring along and nothing of Squall can come to. Who makes a part reachable after all gets an error that
 * names it, not a silent nothing.
 */
const anywhere: Modules = [
  // Bodies are texts or bytes, never forms.
  [/undici\/lib\/web\/(fetch\/(body|formdata)|webidl\/index)\.js$/, absent("undici's fetch")],
  // HTML is read by htmlparser2, and of XML's documents only XML's own five entities.
  [/@xmldom\/xmldom\/lib\/entities\.js$/, text => `${text.slice(0, text.indexOf('exports.HTML_ENTITIES'))}\n`],
  // Faults are told in English.
  [/\/zod\/v4\/locales\/index\.js$/, () => `export { default as en } from './en.js'`],
  // Takes 60 ms to make ready for emoji and scripts, which few texts have.
  [/\/string-width\/index\.js$/, whenUsed],
  // Lists are written as a text that is split, which has to be said to have no effect, or they are kept for nobody.
  [
    /@faker-js\/faker\/dist\/[\w-]+\.js$/,
    text => text.replaceAll(/(?<=[=:,([])`[^`$\\]*`\.split\(/g, '/*@__PURE__*/$&'),
  ],
]

/** What no Lambda function can come to, too. */
const inLambda: Modules = [
  ...anywhere,
  // A function's credentials are in its environment; there is no profile, single sign-on or metadata service to ask.
  [
    /@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    () => 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env"',
  ],
  // Reads the name of a browser.
  [/\/bowser\/.*js$/, absent('bowser')],
  [/@(aws-sdk|smithy)\/.*\/schemas\/schemas_0\.js$/, withLiteralKeys],
  // 160 errors that Parameter Store can answer with, none of which is told from another: each stays an error with its name.
  [/@aws-sdk\/client-ssm\/dist-es\/schemas\/schemas_0\.js$/, text => withLiteralKeys(withoutErrors(text))],
  // The parser for processors without SIMD; Lambda's have it, arm64 and x86-64.
  [/undici\/lib\/llhttp\/llhttp-wasm\.js$/, absent('llhttp without SIMD')],
  // The libraries look up their own name and version.
  [/@(aws-sdk|smithy)\/.*package\.json$/, nameAndVersion],
]

/** By this name undici leaves out its second, experimental parser, as it does in Node itself. */
export const DEFINED = { esbuildDetection: '"bundled"' }

const leaveOut = (modules: Modules): Plugin => ({
  name: 'leave out',
  setup({ onLoad }) {
    // The last one that fits is meant, and the first of these to answer is taken.
    for (const [file, instead] of modules.toReversed())
      onLoad({ filter: onAnySystem(file) }, ({ path }) => ({
        contents: instead(readFileSync(path, 'utf8')),
        loader: path.endsWith('.json') ? 'json' : 'js',
        resolveDir: dirname(path),
      }))
  },
})

export const leaveOutAnywhere: Plugin = leaveOut(anywhere)
export const leaveOutInLambda: Plugin = leaveOut(inLambda)

/** The same path with either separator. */
export function onAnySystem({ source }: RegExp): RegExp {
  return new RegExp(source.replaceAll('\\/', '[\\\\/]'))
}

function absent(what: string): Replacement {
  return () => `throw new Error(${JSON.stringify(`left out of the bundle: ${what}`)})`
}

/** Makes its segmenter and its expression of emoji at their first use. */
function whenUsed(text: string): string {
  const lazily = `
    function lazily(make) {
      let made
      return new Proxy({}, { get: (_, name) => (made ??= make())[name].bind(made) })
    }`
  const patient = text
    .replace(/= new Intl\.Segmenter\(\);$/m, '= lazily(() => new Intl.Segmenter());')
    .replace(/^(const \w+ =) \/(.*RGI_Emoji.*)\/v;$/m, (_, name, source) => {
      return `${name} lazily(() => new RegExp(${JSON.stringify(source)}, 'v'));`
    })
  return patient + lazily
}

/**
 * The SDK's schemas as esbuild can drop those that no operation uses: `{ [_hH]: x }` might call what makes a text of _hH, and
 * `{ "httpHeader": x }` cannot.
 */
function withLiteralKeys(text: string): string {
  const texts = new Map([...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]))
  return text.replaceAll(/\[(_\w+)\]:/g, (key, name) => (texts.has(name) ? `${texts.get(name)}:` : key))
}

function withoutErrors(text: string): string {
  return text.replaceAll(/^n0_registry\.registerError\(.*$/gm, '')
}

function nameAndVersion(text: string): string {
  const { name, version } = JSON.parse(text) as { readonly name: string; readonly version: string }
  return JSON.stringify({ name, version })
}
