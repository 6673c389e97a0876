import {
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import * as z from 'zod'
import type { CloudClients } from './cloud-clients.ts'

export type StackResource = { readonly logicalId: string; readonly type: string; readonly name: string }

/** What is deployed under a name, as CloudFormation knows it: no configuration is needed to remove it. */
export type DeployedStack = {
  /** Its ARN, by which a stack is known after it is gone. */
  readonly id: string
  readonly bucket: string
  readonly table: string
  readonly stateMachineArn: string
  readonly isProtected: boolean
  /** Resources that outlive the stack. */
  readonly kept: readonly StackResource[]
}

/** Squall's outputs; a stack of the same name without them is another one. */
const outputsSchema = z.object({ BucketName: z.string(), TableName: z.string(), StateMachineArn: z.string() })
const templateSchema = z.object({
  Resources: z.record(z.string(), z.looseObject({ DeletionPolicy: z.string().optional() })),
})

/** Undefined where there is no stack of this name, 'foreign' where it is none of Squall's. */
export async function findDeployedStack(
  { cloudFormation }: CloudClients,
  name: string,
): Promise<DeployedStack | 'foreign' | undefined> {
  const stack = await describeStack({ cloudFormation }, name)
  if (stack?.StackId === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined
  const outputs = outputsSchema.safeParse(
    Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
  )
  if (!outputs.success) return 'foreign'
  const { BucketName, TableName, StateMachineArn } = outputs.data
  const { TemplateBody = '' } = await cloudFormation.send(
    new GetTemplateCommand({ StackName: stack.StackId, TemplateStage: 'Processed' }),
  )
  const { Resources } = templateSchema.parse(JSON.parse(TemplateBody))
  const isKept = ({ logicalId }: StackResource) => Resources[logicalId]?.DeletionPolicy?.startsWith('Retain') === true
  return {
    id: stack.StackId,
    bucket: BucketName,
    table: TableName,
    stateMachineArn: StateMachineArn,
    isProtected: stack.EnableTerminationProtection === true,
    kept: (await resourcesOf({ cloudFormation }, stack.StackId)).filter(isKept),
  }
}

/** By name or ARN; CloudFormation says ValidationError of a stack that it does not know. */
export async function describeStack(
  { cloudFormation }: Pick<CloudClients, 'cloudFormation'>,
  name: string,
): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }))
    return Stacks[0]
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return undefined
    throw error
  }
}

async function resourcesOf(
  { cloudFormation }: Pick<CloudClients, 'cloudFormation'>,
  stackId: string,
): Promise<readonly StackResource[]> {
  const found: StackResource[] = []
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: cloudFormation },
    { StackName: stackId },
  ))
    for (const { LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' } of StackResourceSummaries)
      found.push({ logicalId: LogicalResourceId, type: ResourceType, name: PhysicalResourceId })
  return found
}
