import { Stack } from 'aws-cdk-lib'
import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { accept } from './nag.ts'

/** A statement of a role, and why its resources hold a wildcard where they do. Actions never do. */
export type Permission = { readonly statement: PolicyStatement; readonly because?: string }

export type PermissionOptions = {
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } }
  readonly because?: string
}

export function allow(
  actions: readonly string[],
  resources: readonly string[],
  { conditions, because }: PermissionOptions = {},
): Permission {
  return permission(Effect.ALLOW, actions, resources, conditions, because)
}

export function deny(
  actions: readonly string[],
  resources: readonly string[],
  { conditions, because }: PermissionOptions = {},
): Permission {
  return permission(Effect.DENY, actions, resources, conditions, because)
}

function permission(
  effect: Effect,
  actions: readonly string[],
  resources: readonly string[],
  conditions: PermissionOptions['conditions'],
  because: string | undefined,
): Permission {
  return {
    statement: new PolicyStatement({
      effect,
      actions: [...actions],
      resources: [...resources],
      ...(conditions && { conditions }),
    }),
    ...(because !== undefined && { because }),
  }
}

/** Gives a role its permissions, and cdk-nag the reason for each wildcard. One without a reason stays a finding. */
export function grant(role: Role, permissions: readonly Permission[]): void {
  for (const { statement } of permissions) role.addToPrincipalPolicy(statement)
  acceptWildcards(role, permissions)
}

/** The same in a policy of its own, for what the role's default policy must not wait for. */
export function grantApart(scope: Construct, id: string, role: Role, permissions: readonly Permission[]): void {
  const policy = new Policy(scope, id, { roles: [role], statements: permissions.map(({ statement }) => statement) })
  acceptWildcards(policy, permissions)
}

function acceptWildcards(construct: Construct, permissions: readonly Permission[]): void {
  for (const { statement, because } of permissions)
    for (const resource of statement.resources)
      if (resource.includes('*') && because !== undefined)
        accept(construct, { [`AwsSolutions-IAM5[Resource::${flat(Stack.of(construct).resolve(resource))}]`]: because })
}

/** As cdk-nag writes a resource: `<Runs123.Arn>/runs/*`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const [[name, inner] = ['', '']] = Object.entries(value)
  if (name === 'Ref') return `<${inner}>`
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) return `<${inner.join('.')}>`
  if (name === 'Fn::Join' && Array.isArray(inner) && Array.isArray(inner[1])) return inner[1].map(flat).join(inner[0])
  return ''
}
