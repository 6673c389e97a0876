/**
 * `npm run synth`: makes the stack with its functions bundled, as `squall deploy` would, and checks what a deployment must
 * not find out: cdk-nag's AwsSolutions pack (a finding makes `cdk synth` fail) and the sizes of the bundles.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { startBytes } from '../lib/infra/bundle-size.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const configuration = { allow: { hosts: ['shop.example.com'] }, region: 'eu-central-1', account: '123456789012' }
const variants = {
  default: configuration,
  'API keys, VPC, reserved concurrency': {
    ...configuration,
    auth: 'apiKey',
    reservedConcurrency: { api: 10, watch: 5, plan: 5, aggregate: 5 },
    vpc: {
      vpcId: 'vpc-0a1b2c3d',
      subnets: [{ subnetId: 'subnet-0a1b2c3d', routeTableId: 'rtb-0a1b2c3d', availabilityZone: 'eu-central-1a' }],
    },
  },
}

/** A generator's cold start counts in every leg; whatever a function holds is unpacked before it starts. */
const limits = { startOfGenerate: 1.5 * 2 ** 20, all: 3 * 2 ** 20 }

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.looseObject({ FunctionName: z.unknown().optional() }).optional(),
      Metadata: z.looseObject({ 'aws:asset:path': z.string().optional() }).optional(),
    }),
  ),
})
const metadata = z.record(z.string(), z.array(z.looseObject({ type: z.string(), data: z.unknown() })))

const faults: string[] = []
for (const [name, config] of Object.entries(variants)) {
  const out = mkdtempSync(join(tmpdir(), 'squall-synth-'))
  const cdk = [join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'), 'synth', '--quiet', '--output', out]
  const context = ['--context', `squall=${JSON.stringify(config)}`, '--context', 'nag=true']
  const { status } = spawnSync(process.execPath, [...cdk, ...context], { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    faults.push(`${name}: cdk synth found something, see above`)
    continue
  }
  const { Resources } = template.parse(JSON.parse(readFileSync(join(out, 'squall.template.json'), 'utf8')))
  const acknowledged = Object.values(
    metadata.parse(JSON.parse(readFileSync(join(out, 'squall.metadata.json'), 'utf8'))),
  )
    .flat()
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
  console.log(`\n${name}: ${Object.keys(Resources).length} resources`)
  console.log(
    `  cdk-nag, AwsSolutions: no finding; constructs with exceptions, each with its reason: ${acknowledged.length}`,
  )
  if (name === 'default') {
    console.log('  function          at start       in all   (kB of JavaScript, without source maps)')
    for (const { Type, Properties, Metadata } of Object.values(Resources)) {
      const folder = Metadata?.['aws:asset:path']
      if (Type !== 'AWS::Lambda::Function' || folder === undefined) continue
      faults.push(...checkSize(String(Properties?.FunctionName).replace('squall-', ''), join(out, folder)))
    }
  }
  rmSync(out, { recursive: true })
}
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1

function checkSize(name: string, folder: string): readonly string[] {
  const modules = readdirSync(folder).filter(file => file.endsWith('.mjs'))
  const sources = new Map(modules.map(file => [file, readFileSync(join(folder, file), 'utf8')]))
  const all = [...sources.values()].reduce((sum, source) => sum + Buffer.byteLength(source), 0)
  const start = startBytes(sources, 'index.mjs')
  const kB = (bytes: number) => String(Math.round(bytes / 1000)).padStart(12)
  console.log(`  ${name.padEnd(12)}${kB(start)} ${kB(all)}`)
  return [
    ...(name === 'generate' && start > limits.startOfGenerate
      ? [`${name} loads ${start} bytes at its start, more than ${limits.startOfGenerate}`]
      : []),
    ...(all > limits.all ? [`${name} has ${all} bytes, more than ${limits.all}`] : []),
  ]
}
