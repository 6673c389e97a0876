/** Errors of the generator's own machine: it ran out of descriptors, local ports, addresses or buffers. */
const GENERATOR_FAULTS: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'ENOBUFS',
  'ENOMEM',
])

/** Whether an error kind is the generator's fault. Such a request is never booked on the target. */
export function isGeneratorFault(errorKind: string): boolean {
  return GENERATOR_FAULTS.has(errorKind)
}
