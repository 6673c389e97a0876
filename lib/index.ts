/** What the package gives to code: a typed scenario, its check, and a run that resolves to the report. */
export { check, type CheckResult } from './workflow/check-scenario.ts'
export { run, type RunSettings } from './workflow/run-from-code.ts'
export { scenario } from './scenario/typed-scenario.ts'
export type { Report } from './report/report.ts'
export type { Fault } from './scenario/fault.ts'
