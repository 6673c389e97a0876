import type { ScenarioOptions } from './scenario-options.ts'

/** Options that several commands have, in the same words. */
export const cloud = ['--cloud', 'the runs of the deployment instead of those kept here'] as const
export const api = [
  '--api <url>',
  'the HTTP API of the deployment (default: SQUALL_API, or what squall deploy wrote)',
] as const
export const profile = ['--profile <name>', 'the AWS profile that requests are signed with'] as const
export const store = ['--store <folder>', 'where runs are kept', '.squall'] as const
export const stack = ['--stack <name>', 'the name of the stack (default: of squall.config.ts, or squall)'] as const
export const yes = ['--yes', 'do not ask'] as const

/** Options that may be given again: each adds to those before. */
export const repeated = (text: string, before: readonly string[]): readonly string[] => [...before, text]
export const noTexts: readonly string[] = []
export const noAssignments: ScenarioOptions['set'] = []
