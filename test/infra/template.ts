import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { type ConfigInput, readConfig } from '../../lib/infra/config.ts'
import { FEATURE_FLAGS } from '../../lib/infra/feature-flags.ts'
import { SquallStack } from '../../lib/infra/squall-stack.ts'

/** The stack of a configuration, without bundling: needs neither AWS nor esbuild. */
export function stackOf(config: Partial<ConfigInput> = {}): { readonly app: App; readonly stack: SquallStack } {
  const read = readConfig({ allow: { hosts: ['shop.example.com'] }, ...config })
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  const app = new App({ context: { ...FEATURE_FLAGS, 'aws:cdk:bundling-stacks': [] } })
  return { app, stack: new SquallStack(app, read.value) }
}

export function templateOf(config: Partial<ConfigInput> = {}): Template {
  return Template.fromStack(stackOf(config).stack)
}

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown }

/** Each role's statements as lines: `Allow s3:GetObject <Runs>/runs/*`. */
export function permissionsOf(template: Template): Readonly<Record<string, readonly string[]>> {
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string; Properties: never }> }
  const found: Record<string, string[]> = {}
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue
    const { PolicyDocument, Roles } = Properties as {
      PolicyDocument: { Statement: Statement[] }
      Roles: { Ref: string }[]
    }
    for (const { Ref } of Roles)
      for (const statement of PolicyDocument.Statement)
        found[nameOf(Ref)] = [...(found[nameOf(Ref)] ?? []), ...lines(statement)]
  }
  return Object.fromEntries(Object.entries(found).map(([role, all]) => [role, all.toSorted()]))
}

function lines({ Effect, Action, Resource, Condition }: Statement): string[] {
  const condition = Condition === undefined ? '' : ` if ${shown(Condition)}`
  return [Action]
    .flat()
    .flatMap(action => [Resource].flat().map(resource => `${Effect} ${action} ${flat(resource)}${condition}`))
}

function shown(condition: unknown): string {
  return JSON.stringify(condition, (_, value: unknown) => {
    const text = typeof value === 'object' && value !== null && !Array.isArray(value) ? flat(value) : ''
    return text === '' ? value : text
  })
}

/** The account and the region are the deployer's; logical ids lose their hash. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const [[name, inner] = ['', '']] = Object.entries(value)
  if (name === 'Ref') return `<${nameOf(String(inner))}>`
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) return `<${nameOf(inner[0])}>`
  if (name === 'Fn::Join' && Array.isArray(inner)) return inner[1].map(flat).join(inner[0])
  return ''
}

function nameOf(logicalId: string): string {
  return logicalId.replace(/^AWS::/, '').replace(/[0-9A-F]{8}$/, '')
}
