import type { WeighedFinding } from '../finding.ts'
import { formatMs, formatShare, plural } from '../format-figure.ts'
import { errorsWhere, type RunFacts, topNames } from './run-facts.ts'

type Sketch = {
  readonly kind: string
  readonly title: string
  readonly advice: string
  readonly is: (kind: string) => boolean
}

/** Requests that never got a whole answer, by how far they came. */
const sketches: readonly Sketch[] = [
  {
    kind: 'refused',
    title: 'The target refuses connections',
    advice:
      'Nothing accepts on that address and port, or its accept queue overflows: check that every instance is up and stays up, its listen backlog and its connection limit.',
    is: kind => kind === 'ECONNREFUSED',
  },
  {
    kind: 'dns',
    title: 'The target name cannot be resolved',
    advice: 'Check the host name and the resolver of the machine that generates the load.',
    is: kind => kind === 'dns' || kind.startsWith('dns ('),
  },
  {
    kind: 'tls',
    title: 'TLS handshakes fail',
    advice:
      'Check the certificate, the name it is for and the versions offered; `http.tls` sets ca, servername and insecure.',
    is: kind => kind === 'tls' || kind.startsWith('tls ('),
  },
  {
    kind: 'timeouts',
    title: 'Requests time out',
    advice:
      'The target queues more than it serves: look for an exhausted pool of workers or database connections, and for locks. A longer timeout only hides the queue.',
    is: kind => kind === 'ETIMEDOUT' || kind.startsWith('timeout ('),
  },
  {
    kind: 'resets',
    title: 'The target closes connections before it answers',
    advice:
      'A server that crashes, restarts or sheds load does so; so does a keep-alive time on the server shorter than the pauses between requests.',
    is: kind => kind === 'ECONNRESET' || kind === 'EPIPE' || kind === 'ECONNABORTED',
  },
  {
    kind: 'truncated',
    title: 'Answers are cut off in the middle of the body',
    advice:
      'The server or a proxy ends the connection while it sends: look for its write timeout, memory limit or a crash.',
    is: kind => kind === 'truncated body' || kind === 'bad response',
  },
]

/** One finding for each way of not answering that took five requests or half a per cent of them. */
export function unreachable(facts: RunFacts): readonly WeighedFinding[] {
  const { total } = facts
  return sketches.flatMap(sketch => {
    const errors = errorsWhere(total, sketch.is)
    const share = errors.count / Math.max(1, total.count)
    if (errors.count === 0 || (errors.count < 5 && share < 0.005)) return []
    const sample = errors.kinds[0]
    return [
      {
        kind: sketch.kind,
        title: `${sketch.title}: ${formatShare(share)} of the requests`,
        confidence: share > 0.01 ? ('high' as const) : ('medium' as const),
        evidence: [
          `${errors.kinds.map(error => `${error.kind} ${error.count}`).join(', ')}`,
          `from ${formatMs(errors.firstMs)} to ${formatMs(errors.lastMs)} of the load; ${plural(total.count, 'request')} in all`,
          `most in ${topNames(facts, figures => errorsWhere(figures, sketch.is).count)}`,
          ...(sample === undefined || sample.sample === '' ? [] : [`first: ${sample.sample}`]),
        ],
        advice: sketch.advice,
        weight: share,
      },
    ]
  })
}
