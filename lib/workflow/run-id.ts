const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * An id that sorts by time and reads well aloud: `20260131-094512-k3f9`. The last part (20 bits, Crockford's base 32)
 * tells runs of one second apart; the store refuses an id that is taken.
 */
export function newRunId(epochMs: number, random: () => number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split('T')
  const tail = Array.from({ length: 4 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${tail}`
}
