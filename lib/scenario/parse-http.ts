import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import type { NameScope } from './name-scope.ts'
import { type Header, mergeHeaders, parseHeaders } from './parse-headers.ts'
import { readAddresses } from './read-addresses.ts'
import type { ReadContext } from './read-context.ts'
import { readBoolean, readChoice, readDuration, readInteger, readString } from './read-value.ts'
import { resolveText, type StaticScope } from './resolve-static.ts'
import type { HttpOptions } from './scenario.ts'
import { readNamedFile } from './scenario-file.ts'
import { httpSchema, tlsSchema } from './schema-scenario.ts'
import { asMap, Section } from './section.ts'
import { type MapNode, type Node, partOf } from './yaml-node.ts'

export type ReadHttp = { readonly options: HttpOptions; readonly headers: readonly Header[] }

/** `http:` with the language's defaults. */
export function parseHttp(
  node: Node | undefined,
  scope: NameScope,
  known: StaticScope,
  context: ReadContext,
  files: Map<string, Uint8Array>,
  faults: FaultList,
): ReadHttp {
  const empty: MapNode = { kind: 'map', place: { path: 'http' }, entries: [] }
  const map = node && asMap(node, 'http', 'a map: { timeout: 10s }', faults)
  const section = new Section(map ?? empty, httpSchema, 'http', faults)
  const timeout = section.get('timeout')
  const connectTimeout = section.get('connectTimeout')
  const redirects = section.get('redirects')
  const keepAlive = section.get('keepAlive')
  const dispatcherNode = section.get('dispatcher')
  const versionNode = section.get('version')
  const connections = section.get('connections')
  const tls = section.written('tls')
  const proxyNode = section.written('proxy')
  const headersNode = section.written('headers')
  const dispatcher = dispatcherNode && readChoice(dispatcherNode, ['fast', 'undici'], 'dispatcher', faults)
  const version = (versionNode && readChoice(versionNode, ['1.1', '2'], 'version', faults)) ?? '1.1'
  const localAddress = section.written('localAddress')
  const localAddresses = localAddress && readAddresses(localAddress, 'localAddress', faults)
  const proxy = proxyNode && readProxy(proxyNode, known, faults)
  if (dispatcher === 'fast' && version === '2')
    faults.add(section.placeOf('dispatcher'), 'the fast dispatcher speaks HTTP/1.1 only', {
      expected: 'dispatcher: undici for version 2',
      fix: 'dispatcher: undici',
    })
  if (dispatcher === 'fast' && proxy !== undefined)
    faults.add(section.placeOf('dispatcher'), 'the fast dispatcher goes through no proxy', {
      expected: 'dispatcher: undici with a proxy',
      fix: 'dispatcher: undici',
    })
  const options: HttpOptions = {
    timeoutMs: (timeout && readDuration(timeout, 'timeout', faults)) ?? 30_000,
    connectTimeoutMs: (connectTimeout && readDuration(connectTimeout, 'connectTimeout', faults)) ?? 10_000,
    redirects: (redirects && readInteger(redirects, { from: 0, to: 50, what: 'redirects' }, faults)) ?? 10,
    keepAlive: (keepAlive && readBoolean(keepAlive, 'keepAlive', faults)) ?? true,
    ...(dispatcher === undefined ? {} : { dispatcher }),
    version,
    connections: (connections && readConnections(connections, faults)) ?? 'per-user',
    ...(proxy === undefined ? {} : { proxy }),
    ...(localAddresses === undefined ? {} : { localAddresses }),
    tls: parseTls(tls, context, files, faults),
  }
  const literal = (name: string, text: string): Header => [name, { text, parts: [text] }]
  const defaults = [literal('user-agent', `squall/${context.version}`), literal('accept-encoding', 'gzip, br')]
  return { options, headers: mergeHeaders(defaults, headersNode ? parseHeaders(headersNode, scope, faults) : []) }
}

function readConnections(node: Node, faults: FaultList): HttpOptions['connections'] | undefined {
  if (node.kind === 'scalar' && node.text === 'per-user') return 'per-user'
  const pooled = node.kind === 'scalar' ? /^pooled\s+(-?\S+)$/.exec(node.text) : null
  const expected = 'per-user, or pooled 50'
  if (pooled && node.kind === 'scalar') {
    const count = readInteger(
      partOf(node, node.text.lastIndexOf(pooled[1] ?? ''), pooled[1] ?? ''),
      { from: 1, to: 100_000, what: 'the number of pooled connections' },
      faults,
    )
    return count === undefined ? undefined : { pooled: count }
  }
  const number =
    node.kind === 'scalar' && /^(pool(ed)?[\s:]*)?\d+$/.test(node.text) ? /\d+/.exec(node.text)?.[0] : undefined
  return faults.add(node.place, `connections is ${node.kind === 'scalar' ? `"${node.text}"` : `a ${node.kind}`}`, {
    expected,
    fix: number === undefined ? undefined : fixLine(node, `pooled ${number}`),
  })
}

function readProxy(node: Node, known: StaticScope, faults: FaultList): string | undefined {
  if (node.kind !== 'scalar')
    return faults.add(node.place, `proxy is a ${node.kind}`, { expected: 'http://proxy.example.test:3128' })
  const value = resolveText(node, 'the proxy', known, faults)
  const text = value === undefined ? undefined : String(value.value)
  if (text === undefined) return undefined
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text
  return faults.add(node.place, `the proxy "${text}" is no http URL`, {
    expected: 'http://proxy.example.test:3128',
    fix: /^[\w.-]+(:\d+)?$/.test(text) ? fixLine(node, `http://${text}`) : undefined,
  })
}

function parseTls(
  node: Node | undefined,
  context: ReadContext,
  files: Map<string, Uint8Array>,
  faults: FaultList,
): HttpOptions['tls'] {
  const map = node && asMap(node, 'tls', '{ ca: ca.pem }', faults)
  if (map === undefined) return { insecure: false }
  const section = new Section(map, tlsSchema, 'tls', faults)
  const insecureNode = section.get('insecure')
  const servernameNode = section.written('servername')
  const servername = servernameNode && readString(servernameNode, faults, 'servername')
  const pem = (key: 'ca' | 'cert' | 'key') => {
    const value = section.written(key)
    const file = value && readNamedFile(value, key, context, faults)
    if (file === undefined || value === undefined) return {}
    files.set(file.path, file.bytes)
    if (!new TextDecoder().decode(file.bytes.subarray(0, 100_000)).includes('-----BEGIN ')) {
      faults.add(value.place, `${key} "${file.path}" is no PEM file`, { expected: 'a file with -----BEGIN ...-----' })
    }
    return { [key]: file.path }
  }
  if (section.has('cert') !== section.has('key'))
    faults.add(node?.place ?? map.place, `tls has a "${section.has('cert') ? 'cert' : 'key'}" only`, {
      expected: 'cert and key, both',
    })
  return {
    ...pem('ca'),
    ...pem('cert'),
    ...pem('key'),
    ...(servername === undefined ? {} : { servername }),
    insecure: (insecureNode && readBoolean(insecureNode, 'insecure', faults)) ?? false,
  }
}
