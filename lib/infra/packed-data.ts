import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import type { Plugin } from 'esbuild'
import { fakeTexts } from './fake-texts.ts'
import { onAnySystem } from './left-out.ts'

/** `Buffer` of the packed bytes, as an expression. */
function unpacked(bytes: Uint8Array): string {
  return `unpack(Buffer.from(${JSON.stringify(brotliCompressSync(bytes).toString('base64'))}, 'base64'))`
}

function unpackedJson(value: unknown): string {
  return `JSON.parse(${unpacked(Buffer.from(JSON.stringify(value)))}.toString())`
}

const importUnpack = `import { brotliDecompressSync as unpack } from 'node:zlib'`

/**
 * Tables that libraries carry as source text are carried packed: a function reads them in less time than it would read the
 * text, and they are half of what the libraries weigh.
 */
export const packData: Plugin = {
  name: 'pack data',
  setup({ onLoad }) {
    // The list of public suffixes, by which cookies are refused.
    onLoad({ filter: onAnySystem(/\/tldts\/dist\/es6\/src\/data\/trie\.js$/) }, async ({ path }) => ({
      contents: typedModule(await import(pathToFileURL(path).href)),
      resolveDir: dirname(path),
    }))
    // undici's parser of HTTP/1.1.
    onLoad({ filter: onAnySystem(/\/undici\/lib\/llhttp\/llhttp_simd-wasm\.js$/) }, ({ path }) => ({
      contents: `const { brotliDecompressSync: unpack } = require('node:zlib')
        module.exports = ${unpacked(createRequire(path)(path))}`,
    }))
    // The English texts that fake values are made of, and no others.
    onLoad({ filter: onAnySystem(/@faker-js\/faker\/dist\/locale\/en\.js$/) }, async ({ path }) => ({
      contents: `import { Faker } from '@faker-js/faker'
        ${importUnpack}
        export const faker = new Faker({ locale: ${unpackedJson(await fakeTexts())} })`,
      resolveDir: dirname(path),
    }))
  },
}

/** A module that exports the same texts, numbers and tables of whole numbers. */
function typedModule(values: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(values)
  const plain = names.map(name => [name, isTable(values[name]) ? [...values[name]] : values[name]])
  const exported = names.map(name => {
    const value = values[name]
    return `export const ${name} = ${isTable(value) ? `${value.constructor.name}.from(values.${name})` : `values.${name}`}`
  })
  return [importUnpack, `const values = ${unpackedJson(Object.fromEntries(plain))}`, ...exported].join('\n')
}

function isTable(value: unknown): value is Uint8Array | Uint16Array | Uint32Array {
  return value instanceof Uint8Array || value instanceof Uint16Array || value instanceof Uint32Array
}
