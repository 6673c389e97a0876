import type { Context } from 'hono'
import type { DocumentStore } from '../store/document-store.ts'
import type { Downloads } from '../workflow/cloud-downloads.ts'
import type { Scheduler } from '../workflow/cloud-scheduler.ts'
import type { Uploads } from '../workflow/cloud-uploads.ts'
import type { StartPorts } from '../workflow/start-run.ts'
import type { Caller } from './caller-of.ts'

/** The world of the API: deployed, AWS and the deployment's rules; under `squall serve`, this machine. */
export type ApiPorts = StartPorts & {
  readonly documents: DocumentStore
  readonly uploads: Uploads
  /** Absent where answers may be as large as they are. */
  readonly downloads?: Downloads
  /** Absent where nothing starts runs at their times. */
  readonly scheduler?: Scheduler
  /** Who asks. */
  caller(context: Context): Caller
}
