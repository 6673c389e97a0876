/** Why a generator's thread ended, in a line: where its memory ran out, with what to change. */
export function threadCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return 'the generator ran out of memory for JavaScript objects; use more --generators, fewer users, or a larger heap (NODE_OPTIONS=--max-old-space-size=MB)'
  }
  return error.message
}
