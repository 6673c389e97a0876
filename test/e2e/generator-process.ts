import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The process that holds the other end of a connection to this machine's port, from Linux's tables. */
export function processOfConnection(remotePort: number, port: number): number {
  const inode = socketInode(remotePort, port)
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (descriptors(pid).includes(`socket:[${inode}]`)) return Number(pid)
  }
  throw new Error(`no process has the connection from port ${remotePort}`)
}

/** https://docs.kernel.org/networking/proc_net_tcp.html: addresses are address:port in hexadecimal, the tenth field is the inode. */
function socketInode(from: number, to: number): string {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
      if (local.endsWith(`:${hex(from)}`) && remote.endsWith(`:${hex(to)}`)) return inode
    }
  }
  throw new Error(`there is no connection from port ${from}`)
}

function descriptors(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(number => link(`/proc/${pid}/fd/${number}`))
  } catch {
    // It has ended, or is another user's.
    return []
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
