import type { Reading } from './fault.ts'
import { FaultList } from './fault-list.ts'
import { printPhase } from './print-phase.ts'
import { printThresholds, scenarioYaml } from './print-scenario.ts'
import type { Overrides, ReadContext } from './read-context.ts'
import { type ReadResult, readScenario } from './read-scenario.ts'
import type { Scenario } from './scenario.ts'
import type { ScenarioInput } from './schema-scenario.ts'

/** The scenario of `squall run URL`: one GET of that URL, one flow, the load of `--users`, `--rate` and `--for`. */
export function scenarioFromUrl(url: string, overrides: Overrides, context: ReadContext): Reading<ReadResult> {
  const faults = new FaultList()
  if (!/^https?:\/\//i.test(url)) {
    const fix = /^[\w.-]+(:\d+)?(\/|$)/.test(url)
      ? `http${/^(localhost|127\.)/.test(url) ? '' : 's'}://${url}`
      : undefined
    faults.add({ path: '' }, `"${url}" is neither a file nor an http or https URL`, {
      expected: 'a scenario file, or a URL such as http://127.0.0.1:8080/',
      fix,
    })
    return { ok: false, faults: faults.faults, warnings: [] }
  }
  return readScenario({ object: urlInput(url) }, { ...context, overrides })
}

/** The YAML that `--save FILE` writes: what `scenarioFromUrl` read, as a person would have written it. */
export function scenarioText(url: string, scenario: Scenario): string {
  const phases = scenario.tracks[0]?.phases ?? []
  const text = scenarioYaml({
    ...urlInput(scenario.target + pathOf(url)),
    load: phases.map(printPhase),
    ...printThresholds(scenario.thresholds),
  })
  return `# yaml-language-server: $schema=./node_modules/squall/dist/schema/scenario.schema.json\n${text}`
}

function urlInput(url: string): ScenarioInput {
  const [, origin = url] = /^(https?:\/\/[^/?#]*)/i.exec(url) ?? []
  const name = origin.replace(/^https?:\/\//i, '')
  return { name: name === '' ? 'url' : name, target: origin, steps: [{ get: pathOf(url).replaceAll('{{', '{{{{') }] }
}

/** Path and query, from the first slash on; a fragment is never sent. */
function pathOf(url: string): string {
  const rest = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/, '')
  return rest.startsWith('/') ? rest : `/${rest}`
}
