/** What a generator fault is the lack of, and what to change. */
export function resourceOf(kind: string): { readonly what: string; readonly change: string } {
  if (kind === 'EMFILE' || kind === 'ENFILE') {
    return { what: 'file descriptors', change: 'raise the limit (ulimit -n), or use fewer users or pooled connections' }
  }
  if (kind.startsWith('EADDR')) {
    const change = 'keep connections alive, use pooled ones, or give http.localAddress several addresses'
    return { what: 'local ports', change }
  }
  return { what: 'memory for sockets', change: 'use fewer connections, or a machine with more memory' }
}
