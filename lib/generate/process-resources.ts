import { readdir, readFile, stat } from 'node:fs/promises'

/** What the generator's process and machine hold; absent where the system does not tell. */
export type Resources = { readonly descriptors?: number; readonly portsWaiting?: number }

/** Where the kernel has no count of its own, the list of descriptors is counted so seldom: it has an entry for each. */
const LISTED_EVERY = 15

/** Looks at the system now and then, off the event loop; `latest` is what it found last. Linux tells; others do not. */
export class ResourceWatch {
  latest: Resources = {}
  private looking = false
  private looks = 0

  /** Does not wait, and does nothing while the look before is under way. */
  look(): void {
    if (this.looking) return
    this.looking = true
    const turn = this.looks++
    void Promise.all([openDescriptors(turn), waitingPorts()])
      .then(([descriptors, portsWaiting]) => {
        const known = descriptors ?? this.latest.descriptors
        this.latest = {
          ...(known === undefined ? {} : { descriptors: known }),
          ...(portsWaiting === undefined ? {} : { portsWaiting }),
        }
      })
      .finally(() => {
        this.looking = false
      })
  }
}

/** Since Linux 6.2 the folder's size is their number; before, they are listed. Undefined: not known, or not this time. */
async function openDescriptors(turn: number): Promise<number | undefined> {
  try {
    const { size } = await stat('/proc/self/fd')
    if (size > 0) return size
    return turn % LISTED_EVERY === 0 ? (await readdir('/proc/self/fd')).length : undefined
  } catch {
    return undefined
  }
}

/** Connections in TIME_WAIT: they are over, and hold their local port for another minute. */
async function waitingPorts(): Promise<number | undefined> {
  try {
    const count = /^TCP:.*\btw (\d+)/m.exec(await readFile('/proc/net/sockstat', 'latin1'))?.[1]
    return count === undefined ? undefined : Number(count)
  } catch {
    return undefined
  }
}
