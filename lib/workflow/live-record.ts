import type { LiveFigures } from '../measure/snapshot.ts'

/** The merged live figures of a run, overwritten by Watch as long as the load goes on. */
export type LiveRecord = { readonly schema: 'squall.live.v1'; readonly live: LiveFigures }
