import { Validations } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../lib/infra/config.ts'
import { stackOf } from './template.ts'

const everything: Partial<ConfigInput> = {
  region: 'eu-central-1',
  auth: 'apiKey',
  reservedConcurrency: { api: 10, watch: 5, plan: 5, aggregate: 5 },
  notifications: { verdicts: ['a@example.com'], alarms: ['b@example.com'] },
  vpc: {
    vpcId: 'vpc-0a1b2c3d',
    subnets: [{ subnetId: 'subnet-0a1b2c3d', routeTableId: 'rtb-0a1b2c3d', availabilityZone: 'eu-central-1a' }],
  },
}

describe('cdk-nag’s AwsSolutions pack', () => {
  it.each([
    ['as it comes', {}],
    ['with an account and region', { account: '123456789012', region: 'eu-central-1' }],
    ['with every option', everything],
    ['with a role for logs of its own account', { apiLogsRole: false }],
  ] as const)('finds nothing in the stack %s', (_, config) => {
    const { app } = stackOf(config)
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
    expect(() => app.synth()).not.toThrow()
  })

  it('would find something', () => {
    const { app, stack } = stackOf()
    new Bucket(stack, 'Careless')
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
    expect(() => app.synth()).toThrow(
      /AwsSolutions-S1\b[\s\S]*AwsSolutions-S10|AwsSolutions-S10[\s\S]*AwsSolutions-S1\b/,
    )
  })
})
