/**
 * `npm run synth`: makes the stack with its functions bundled, as `squall deploy` would, and checks what a deployment must
 * not find out: cdk-nag's AwsSolutions pack (a finding makes `cdk synth` fail) and the sizes of the bundles.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import * as z from 'zod'
import { bundleFunction, ENTRY } from '../lib/infra/bundle-function.ts'
import { bundleSize, sizeFaults } from '../lib/infra/bundle-size.ts'
import { codeFile } from '../lib/infra/package-folder.ts'
import { FUNCTION_MEMORY_MB, type FunctionName } from '../lib/plan/function-memory.ts'

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

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
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
  rmSync(out, { recursive: true })
}
console.log(
  '\nfunction        at start       in all       zipped   (kB; the code without source maps, the zip with them)',
)
for (const name of Object.keys(FUNCTION_MEMORY_MB) as FunctionName[]) faults.push(...(await checkSize(name)))
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1

async function checkSize(name: FunctionName): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-bundle-'))
  const size = bundleSize(await bundleFunction(codeFile(`functions/lambda/${name}`), folder), `${ENTRY}.mjs`)
  const files = readdirSync(folder).map(file => [file, readFileSync(join(folder, file))])
  const zipped = zipSync(Object.fromEntries(files)).length
  rmSync(folder, { recursive: true })
  const kB = (bytes: number) => String(Math.round(bytes / 1000)).padStart(12)
  console.log(`${name.padEnd(12)}${kB(size.startBytes)} ${kB(size.bytes)} ${kB(zipped)}`)
  return sizeFaults(name, size)
}
