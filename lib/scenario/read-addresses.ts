import type { FaultList } from './fault-list.ts'
import { kindOf, type Node } from './yaml-node.ts'

/** One IP address or a list of them, each once; names are no addresses. */
export function readAddresses(node: Node, what: string, faults: FaultList): readonly string[] | undefined {
  const items = node.kind === 'list' ? node.items : [node]
  const expected = 'an IP address, or a list of them: [127.0.0.1, 127.0.0.2]'
  if (items.length === 0) return faults.add(node.place, `${what} is an empty list`, { expected })
  const addresses = items.flatMap(item => {
    const text = item.kind === 'scalar' ? item.text : undefined
    if (text !== undefined && isAddress(text)) return [text]
    faults.add(item.place, `${what} is ${text === undefined ? kindOf(item) : `"${text}"`}`, { expected })
    return []
  })
  return addresses.length < items.length ? undefined : [...new Set(addresses)]
}

function isAddress(text: string): boolean {
  if (text.includes(':')) return URL.canParse(`http://[${text}]`)
  const parts = text.split('.')
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}
