import type { FunctionName } from '../plan/function-memory.ts'

/** What a function may read and write of the objects, by patterns of their keys (lib/store/keys.ts). */
export type ObjectAccess = {
  readonly read?: readonly string[]
  readonly write?: readonly string[]
  readonly delete?: readonly string[]
}

/** What was asked for, and the body files that its requests may have. */
const ASKED = ['runs/*/request.json', 'runs/*/files/*'] as const

/**
 * Why each function may do what it may:
 * - plan reads the request with its files and data, writes slices, what `before:` saved and the plan, reads the control
 *   item for an abort of `before:`, notes in the record that the run runs or was refused, and where `before:` failed reads
 *   what it saved for `after:`, notes that this was run, and deletes it;
 * - generate reads the plan and what its scenario needs, polls the control item, and writes claim, result or cause, and
 *   snapshots: it runs what a scenario says against a stranger's server, so it may write nothing that is believed unmerged,
 *   and read nothing that a run has measured;
 * - watch reads snapshots, lists ends, writes the live figures, and raises the beat or an abort in the control item;
 * - merge reads shard results and writes the leg's summary;
 * - aggregate reads what `after:` needs, the legs' summaries or else their shards' results, and a report that is written;
 *   notes that `after:` was run, writes the report, deletes what `before:` saved, and writes record and verdict in one
 *   transaction;
 * - announce notes which channel has been told;
 * - api stores requests, uploads and documents, keeps a copy of the files of a kept scenario and removes it with that,
 *   lists runs, reads what they show of themselves, and aborts them.
 *
 * What `before:` saved may hold tokens that are still good: only those who send requests after it may read it.
 * test/workflow/object-access.test.ts executes a run in which each function is held to this.
 */
export const OBJECT_ACCESS: { readonly [name in FunctionName]: ObjectAccess } = {
  plan: {
    read: [...ASKED, 'runs/*/data/*', 'runs/*/plan.json', 'runs/*/before.json', 'runs/*/after.json'],
    write: ['runs/*/plan.json', 'runs/*/before.json', 'runs/*/after.json', 'runs/*/legs/*/shard-*.data-*.json'],
    delete: ['runs/*/before.json'],
  },
  generate: {
    read: [
      ...ASKED,
      'runs/*/data/*',
      'runs/*/plan.json',
      'runs/*/before.json',
      'runs/*/legs/*/shard-*.data-*.json',
      'runs/*/legs/*/shard-*.claim',
    ],
    write: [
      'runs/*/legs/*/shard-*.claim',
      'runs/*/legs/*/shard-*.result',
      'runs/*/legs/*/shard-*.cause',
      'runs/*/live/*',
    ],
  },
  watch: {
    read: ['runs/*/plan.json', 'runs/*/live/*', 'runs/*/live-past.json'],
    write: ['runs/*/live.json', 'runs/*/live-past.json'],
  },
  merge: {
    read: ['runs/*/plan.json', 'runs/*/legs/*/shard-*.result', 'runs/*/legs/*/shard-*.cause'],
    write: ['runs/*/legs/*/summary'],
  },
  aggregate: {
    read: [
      ...ASKED,
      'runs/*/plan.json',
      'runs/*/before.json',
      'runs/*/after.json',
      'runs/*/legs/*/summary',
      'runs/*/legs/*/shard-*.result',
      'runs/*/legs/*/shard-*.cause',
      'runs/*/report/report.json',
    ],
    write: ['runs/*/after.json', 'runs/*/report/*'],
    delete: ['runs/*/before.json'],
  },
  announce: { read: ['runs/*/announced/*'], write: ['runs/*/announced/*'] },
  api: {
    read: ['runs/*/request.json', 'runs/*/plan.json', 'runs/*/live.json', 'runs/*/report/*', 'uploads/*', 'kept/*'],
    write: ['runs/*/request.json', 'runs/*/files/*', 'runs/*/data/*', 'uploads/*', 'kept/*'],
    delete: ['kept/*'],
  },
}
