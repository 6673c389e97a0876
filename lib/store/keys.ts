/** Where each artifact of a run is kept. Every key and name of the object store comes from here. */
const run = (runId: string) => `runs/${runId}`
const leg = (runId: string, legNumber: number) => `${run(runId)}/legs/${String(legNumber).padStart(3, '0')}`
const shardOf = (runId: string, legNumber: number, shard: number) =>
  `${leg(runId, legNumber)}/shard-${String(shard).padStart(4, '0')}`

export const keys = {
  run: (runId: string) => `${run(runId)}/`,
  /** What was asked for: the resolved scenario, its hash, the seed and the number of generators. */
  request: (runId: string) => `${run(runId)}/request.json`,
  /** A body file of the scenario, by its path as written. */
  file: (runId: string, path: string) => `${run(runId)}/files/${encodeURIComponent(path)}`,
  /** A file that a client has put, by the SHA-256 of its bytes. */
  upload: (sha256: string) => `uploads/${sha256}`,
  /** The same of a scenario that is kept by name: it does not expire. */
  kept: (copyId: string, sha256: string) => `kept/${copyId}/${sha256}`,
  rows: (runId: string, set: string) => `${run(runId)}/data/${encodeURIComponent(set)}.json`,
  plan: (runId: string) => `${run(runId)}/plan.json`,
  slice: (runId: string, legNumber: number, shard: number, set: string) =>
    `${shardOf(runId, legNumber, shard)}.data-${encodeURIComponent(set)}.json`,
  /** What `before:` saved; deleted when the run has ended. */
  before: (runId: string) => `${run(runId)}/before.json`,
  /** Written when `after:` is begun, and again with its outcome. */
  after: (runId: string) => `${run(runId)}/after.json`,
  /** Begins the keys of all that belongs to one leg. */
  leg: (runId: string, legNumber: number) => `${leg(runId, legNumber)}/`,
  /** Begins the keys of all that belongs to one shard of a leg. */
  shard: (runId: string, legNumber: number, shard: number) => `${shardOf(runId, legNumber, shard)}.`,
  claim: (runId: string, legNumber: number, shard: number) => `${shardOf(runId, legNumber, shard)}.claim`,
  shardResult: (runId: string, legNumber: number, shard: number) => `${shardOf(runId, legNumber, shard)}.result`,
  /** Why a shard has no result. */
  shardCause: (runId: string, legNumber: number, shard: number) => `${shardOf(runId, legNumber, shard)}.cause`,
  snapshot: (runId: string, legNumber: number, shard: number) =>
    `${run(runId)}/live/${String(legNumber).padStart(3, '0')}-${String(shard).padStart(4, '0')}`,
  /** The snapshots of legs that are over, folded into one. */
  livePast: (runId: string) => `${run(runId)}/live-past.json`,
  live: (runId: string) => `${run(runId)}/live.json`,
  legSummary: (runId: string, legNumber: number) => `${leg(runId, legNumber)}/summary`,
  /** Written when a channel has been told the verdict. */
  announced: (runId: string, channel: string) => `${run(runId)}/announced/${channel}`,
  report: (runId: string, name: string) => `${run(runId)}/report/${name}`,
} as const
