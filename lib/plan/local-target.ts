/** Whether a target URL names this machine: localhost, its subdomains (RFC 6761, 6.3) or a loopback literal. */
export function isLocalTarget(target: string): boolean {
  if (!URL.canParse(target)) return false
  const host = new URL(target).hostname
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
