import { VERDICT_WORD } from './headline.ts'
import { SCRIPT, SCRIPT_SHA256, STYLE, STYLE_SHA256 } from './html/assets.generated.ts'
import { html, jsonMarkup, trusted } from './html/markup.ts'
import { distributionData, distributionSection } from './html/section/distribution.ts'
import { errorsSection } from './html/section/errors.ts'
import { findingsSection, runLine, topFinding } from './html/section/findings.ts'
import { arrivalsSection, generatorsSection, partsSection, trustSection } from './html/section/generators.ts'
import { keyFigures } from './html/section/key-figures.ts'
import { checksSection, flowsSection, phasesSection } from './html/section/load.ts'
import { percentilesSection } from './html/section/percentiles.ts'
import { requestsOverTime } from './html/section/requests-over-time.ts'
import { thresholdsSection } from './html/section/thresholds.ts'
import { timelineSection } from './html/section/timeline.ts'
import { verdictSection } from './html/section/verdict.ts'
import { whatRan } from './html/section/what-ran.ts'
import { timelineColumns } from './html/timeline-columns.ts'
import { faviconHref } from './html/verdict-icon.ts'
import type { Report } from './report.ts'

/** Nothing is fetched, and no script or style but the page's own is run: theirs are named by their hash. */
const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${SCRIPT_SHA256}'`,
  `style-src 'sha256-${STYLE_SHA256}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/**
 * The report as one HTML page that opens from a disk, offline. It is complete without its script, which adds the reading
 * of values under the pointer, zoom, sorting and the choice of light or dark. Under 1 MB for an hour's test of 20 names.
 */
export function renderHtml(report: Report): string {
  const timeline = timelineColumns(report)
  const distribution = distributionData(report)
  const { result } = report.verdict
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${VERDICT_WORD[result]}: ${report.run.scenario} – Squall</title>
<link rel="icon" href="${faviconHref(result)}">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<header class="top"><p class="mark">squall</p><p class="scenario">${report.run.scenario}${
    report.run.environment === undefined ? undefined : html` <span class="tag">${report.run.environment}</span>`
  }</p><button type="button" class="theme" data-theme-toggle hidden>Dark</button></header>
<main id="main">
${verdictSection(report)}
${thresholdsSection(report)}
${keyFigures(report)}
${timelineSection(report, timeline)}
${topFinding(report)}
${runLine(report)}
${distributionSection(report, distribution)}
${percentilesSection(report)}
${errorsSection(report)}
${requestsOverTime(report, timeline)}
${phasesSection(report)}
${flowsSection(report)}
${checksSection(report)}
${partsSection(report)}
${arrivalsSection(report)}
${trustSection(report)}
${generatorsSection(report)}
${findingsSection(report)}
${whatRan(report)}
</main>
<footer>Squall ${report.run.version}, run ${report.run.id}</footer>
<script type="application/json" id="data">${jsonMarkup({ timeline, distribution })}</script>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text
}
