import type { VerdictResult } from '../judge/verdict.ts'
import { formatMs } from '../measure/format-duration.ts'
import { formatShare, plural } from '../measure/format-number.ts'
import { xmlText } from './escape-xml.ts'
import { headline, thresholdSentence } from './headline.ts'
import type { Report, ThresholdResult } from './report.ts'
import { trustLine } from './trust.ts'

type TestCase = {
  readonly name: string
  readonly className: string
  readonly result: VerdictResult
  readonly message: string
  readonly detail: string
}

/**
 * The report as JUnit XML, as CI systems show it. A threshold is a test case. A fail is a `failure`; inconclusive is an
 * `error`, which in JUnit's words means that the test could not be carried out: all CI systems turn red on it, while
 * `skipped` would leave a build green that nothing was measured for. Where no threshold explains the run's result (an
 * abort, a lost shard, no thresholds at all), a test case `verdict` carries it.
 */
export function renderJunit(report: Report): string {
  const { run } = report
  const cases = testCases(report)
  const count = (result: VerdictResult) => cases.filter(one => one.result === result).length
  const totals = `tests="${cases.length}" failures="${count('fail')}" errors="${count('inconclusive')}" skipped="0" time="${seconds(run.durationMs)}"`
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="squall" ${totals}>`,
    `  <testsuite name="${xmlText(run.scenario)}" ${totals} timestamp="${xmlText(run.startedAt.replace(/\.\d+Z$|Z$/, ''))}">`,
    '    <properties>',
    ...properties(report).map(([name, value]) => `      <property name="${name}" value="${xmlText(value)}"/>`),
    '    </properties>',
    ...cases.flatMap(one => caseLines(one, run.judgedMs)),
    `    <system-out>${xmlText(headline(report))}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

const seconds = (ms: number) => (Number.isFinite(ms) ? ms / 1000 : 0).toFixed(3)

function testCases(report: Report): TestCase[] {
  const { verdict, run } = report
  const thresholds = verdict.thresholds.map((one: ThresholdResult) => ({
    name: one.default ? `${one.text} (default)` : one.text,
    className: one.scope === 'all' || one.scope === '' ? run.scenario : `${run.scenario}.${one.scope}`,
    result: one.result,
    message: one.result === 'fail' ? thresholdSentence(one) : one.reason,
    detail: `${one.reason}; ${plural(one.samples, 'sample')}`,
  }))
  const explained =
    thresholds.length > 0 && (verdict.result === 'pass' || thresholds.some(one => one.result === verdict.result))
  if (explained) return thresholds
  const reasons = verdict.reasons.join('; ')
  return [
    { name: 'verdict', className: run.scenario, result: verdict.result, message: reasons, detail: reasons },
    ...thresholds,
  ]
}

function caseLines(one: TestCase, judgedMs: number): string[] {
  const head = `    <testcase classname="${xmlText(one.className)}" name="${xmlText(one.name)}" time="${seconds(judgedMs)}"`
  if (one.result === 'pass') return [`${head}/>`]
  const [element, type] = one.result === 'fail' ? ['failure', 'threshold'] : ['error', 'inconclusive']
  return [
    `${head}>`,
    `      <${element} type="${type}" message="${xmlText(one.message)}">${xmlText(one.detail)}</${element}>`,
    '    </testcase>',
  ]
}

function properties(report: Report): (readonly [string, string])[] {
  const { run, total, verdict } = report
  return [
    ['verdict', verdict.result],
    ['run', run.id],
    ['target', run.target],
    ['squall', run.version],
    ['requests', String(total.count)],
    ['failures', String(total.failures)],
    ...(total.failureRate === undefined ? [] : ([['failure share', formatShare(total.failureRate)]] as const)),
    ...(total.successTimeMs.p95 === undefined ? [] : ([['success p95', formatMs(total.successTimeMs.p95)]] as const)),
    ['trust', trustLine(report)],
  ]
}
