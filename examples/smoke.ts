import { scenario } from '../lib/index.ts'

/** The smoke test as a typed object. In a project of your own the import is `from 'squall'`. */
export default scenario({
  name: 'typed smoke test',
  target: 'http://127.0.0.1:8080',
  load: [{ users: 5, for: '5s' }],
  steps: [{ get: '/health', check: ['status is 200', 'time < 500ms'] }, { think: '100ms..200ms' }],
  thresholds: ['errors < 1%', 'p95 < 200ms'],
})
