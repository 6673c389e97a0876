/**
 * The one DynamoDB table of a deployment: the names of its attributes and indexes, and the keys of its items. The stack
 * makes the table by it, and the adapters use it.
 *
 *   RUN#id       RECORD    the run's record          in both lists
 *   RUN#id       VERDICT   its verdict
 *   CONTROL#id   CONTROL   beat and abort            a partition of its own, so that a generator's role may read no other
 *   PLACES       PLACES    the runs under way, an attribute each; a version that rises with each change
 *   DOCUMENT#k   name      a document of kind k
 */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch s; items of runs have it, documents do not. */
  timeToLive: 'expiresAt',
  byTime: { name: 'by-time', partitionKey: 'listPk', sortKey: 'listSk' },
  byScenario: { name: 'by-scenario', partitionKey: 'scenarioPk', sortKey: 'listSk' },
  /** How the partition keys begin of what a generator may read. */
  controlPrefix: 'CONTROL#',
} as const

export const itemKeys = {
  record: (runId: string) => ({ pk: `RUN#${runId}`, sk: 'RECORD' }),
  verdict: (runId: string) => ({ pk: `RUN#${runId}`, sk: 'VERDICT' }),
  control: (runId: string) => ({ pk: `${table.controlPrefix}${runId}`, sk: 'CONTROL' }),
  places: { pk: 'PLACES', sk: 'PLACES' },
  document: (kind: string, name: string) => ({ pk: `DOCUMENT#${kind}`, sk: name }),
} as const

/** Where a record stands in the lists. The id makes the order of runs of one moment the same in every store. */
export const listKeys = {
  all: { listPk: 'RUN' },
  scenario: (name: string) => ({ scenarioPk: `SCENARIO#${name}` }),
  place: ({ createdAt, id }: { readonly createdAt: string; readonly id: string }) => ({ listSk: `${createdAt}#${id}` }),
} as const
