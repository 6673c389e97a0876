import type { FaultList } from './fault-list.ts'
import { fixLine } from './fault-list.ts'
import { resolveText, type StaticScope } from './resolve-static.ts'
import { kindOf, type Node } from './yaml-node.ts'

const expected = 'an http or https URL, such as http://127.0.0.1:8080'

/** The target with its templates filled in: an absolute http or https URL without query, fragment or password. */
export function resolveTarget(node: Node, scope: StaticScope, faults: FaultList): string | undefined {
  if (node.kind !== 'scalar' || node.value === null)
    return faults.add(node.place, `the target is ${kindOf(node)}`, { expected })
  const value = resolveText({ ...node, value: node.text }, 'the target', scope, faults)
  if (value === undefined) return undefined
  const text = String(value.value).trim()
  const problem = targetProblem(text)
  if (problem === undefined) return text
  return faults.add(node.place, problem.message, {
    expected: problem.expected ?? expected,
    fix: problem.fix === undefined ? undefined : node.text.includes('{{') ? problem.fix : fixLine(node, problem.fix),
  })
}

function targetProblem(
  text: string,
): { readonly message: string; readonly expected?: string; readonly fix?: string } | undefined {
  if (text === '') return { message: 'the target is empty' }
  if (/[\s\p{Cc}]/u.test(text))
    return { message: `the target "${text}" has a space or line break`, fix: text.replace(/[\s\p{Cc}]+/gu, '') }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]
  if (scheme === undefined) {
    const local = /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(text)
    const host = /^[\w.-]+(:\d+)?(\/.*)?$/.test(text) || /^\[[\da-f:]+\]/i.test(text)
    return {
      message: `the target "${text}" has no http:// or https://`,
      ...(host ? { fix: `${local ? 'http' : 'https'}://${text}` } : {}),
    }
  }
  if (!/^https?$/i.test(scheme))
    return {
      message: `the target begins with ${scheme}:`,
      ...(/^wss?$/i.test(scheme) ? {} : { fix: text.replace(/^[^:]+/, 'http') }),
    }
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(text)) {
    return {
      message: 'the target holds a user or password',
      expected: 'basic: "{{ secret.USER }}:{{ secret.PASSWORD }}" in the steps',
    }
  }
  const port = /^[a-z]+:\/\/(?:\[[^\]]*\]|[^/:?#]*):([^/?#]*)/i.exec(text)?.[1]
  if (port !== undefined && (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535)) {
    return { message: `the port "${port}" of the target is out of range`, expected: 'a port from 1 to 65535' }
  }
  if (!URL.canParse(text)) return { message: `the target "${text}" is no URL` }
  const url = new URL(text)
  if (url.hostname === '') return { message: `the target "${text}" has no host` }
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    return {
      message: 'the target holds a query or fragment',
      expected: 'a URL that ends with its path',
      fix: text.replace(/[?#].*$/, ''),
    }
  return undefined
}
