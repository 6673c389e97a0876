#!/usr/bin/env node
// The starter stays plain JavaScript: it must run on whatever Node the machine has, and find Node 24 where it is not.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.', 1)[0])
const here = fileURLToPath(import.meta.url)

if (major >= 24) {
  module.enableCompileCache?.()
  // Node strips types outside node_modules only, so an installed package runs what the build made of it.
  const installed = /[\\/]node_modules[\\/]/.test(here) || !existsSync(new URL('./squall.ts', import.meta.url))
  await import(installed ? '../dist/bin/squall.js' : './squall.ts')
} else {
  // `npm ci` brings Node 24 as a package: beside this one in the checkout, or in the folder it is installed into.
  const node = ['../node_modules/node/bin/node', '../../node/bin/node']
    .map(path => fileURLToPath(new URL(path, import.meta.url)))
    .find(path => existsSync(path))
  if (node === undefined) {
    console.error(`squall needs Node 24 or later; this is ${process.version}`)
    process.exit(3)
  }
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal's Ctrl-C reaches the child by itself, being in the same process group, and `kill PID` does not: it is passed
  // on under another name, so that the child can tell one signal that came two ways from two (lib/cli/ctrl-c.ts).
  process.on('SIGINT', () => process.platform === 'win32' || child.kill('SIGUSR2'))
  const codes = { SIGKILL: 137, SIGINT: 130, SIGUSR2: 130 }
  child.on('exit', (code, signal) => process.exit(code ?? codes[signal] ?? 143))
}
