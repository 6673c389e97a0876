import type { WeighedFinding } from '../finding.ts'
import { formatShare, plural } from '../format-figure.ts'
import { answersWith, type NameFacts, type RunFacts, topNames } from './run-facts.ts'

const LOGIN = /log-?in|sign-?in|auth|token|session|register|sign-?up/i

/** Answers 401 and 403; if the login itself fails, they follow from it and say nothing about the target under load. */
export function credentials(facts: RunFacts): readonly WeighedFinding[] {
  const { total, names } = facts
  const count = answersWith(total, 401) + answersWith(total, 403)
  const share = count / Math.max(1, total.count)
  if (count === 0 || (count < 5 && share < 0.005)) return []
  const login = names.find(
    ({ name, figures }) => LOGIN.test(name) && figures.failures / Math.max(1, figures.count) > 0.1,
  )
  return [
    {
      kind: 'credentials',
      title:
        login === undefined
          ? `Not authorised: ${formatShare(share)} of the answers are 401 or 403`
          : `${login.name} fails, and what needs it answers 401 or 403: ${formatShare(share)} of the requests`,
      confidence: login === undefined ? 'medium' : 'high',
      evidence: [
        `${plural(count, 'answer')} with status 401 or 403, most in ${topNames(facts, figures => answersWith(figures, 401) + answersWith(figures, 403))}`,
        ...(login === undefined ? [] : [loginText(login)]),
      ],
      advice:
        'Run `squall try` with one user: if it fails there, the credentials, the token or a field name are wrong; if it does not, the login breaks under load, and its own errors say why.',
      weight: share,
    },
  ]
}

function loginText({ name, figures }: NameFacts): string {
  const worst = figures.errors.sorted()[0]
  const why = worst === undefined ? '' : `, most often ${worst.kind}`
  return `${name}: ${formatShare(figures.failures / figures.count)} of ${plural(figures.count, 'request')} failed${why}`
}
