import { App, Validations } from 'aws-cdk-lib'
import { formatFaults } from '../scenario/fault.ts'
import { FEATURE_FLAGS } from './feature-flags.ts'
import { loadConfig } from './load-config.ts'
import { SquallStack } from './squall-stack.ts'

/**
 * Makes the stack of the folder's configuration. The context `nag` checks it with cdk-nag: a check of ours, which a user
 * need not have installed. Gives the exit code.
 */
export async function synthesize(folder: string, complain: (text: string) => void): Promise<number> {
  const app = new App({ context: FEATURE_FLAGS })
  const context: Readonly<Record<string, unknown>> = app.node.getAllContext()
  const config = await loadConfig(folder, context)
  if (!config.ok) {
    complain(`${formatFaults(config.faults)}\n`)
    return 3
  }
  new SquallStack(app, config.value)
  if (context['nag'] !== undefined) {
    const { AwsSolutionsChecks } = await import('cdk-nag')
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  }
  app.synth()
  return 0
}
