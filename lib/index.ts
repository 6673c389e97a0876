/** What the package gives to code: a typed scenario, its check, and a run that resolves to the report. */

export type { Report } from './report/report.ts'
export type { Fault } from './scenario/fault.ts'
export { type ScenarioInput, scenario } from './scenario/typed-scenario.ts'
export {
  type CheckResult,
  check,
  type RunSettings,
  run,
  ScenarioError,
  type ScenarioGiven,
  type ScenarioSettings,
} from './workflow/run-from-code.ts'
