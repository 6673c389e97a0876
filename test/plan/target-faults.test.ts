import { describe, expect, test } from 'vitest'
import type { AllowList } from '../../lib/plan/allow-list.ts'
import { namesToResolve, targetFaults } from '../../lib/plan/target-faults.ts'
import { flow, get, scenario, when } from './fixture.ts'

const allow: AllowList = { hosts: ['shop.test', '*.cdn.test'], cidrs: [], ports: [] }
const rules = { allow, allowProxies: false }

test('an allowed target has no faults; another one says what is allowed and how to mend it', () => {
  expect(targetFaults(scenario({ target: 'https://SHOP.test/api' }), rules)).toEqual([])
  expect(targetFaults(scenario({ target: 'https://evil.test:8443/x' }), rules)).toEqual([
    {
      path: 'target',
      message: 'https://evil.test:8443 is not a target that is allowed here: port 8443 is not in the allow-list',
      expected: 'shop.test, *.cdn.test; ports 80, 443',
      fix: 'evil.test and port 8443 in allow of squall.config.ts, then squall deploy',
    },
  ])
})

test('every absolute URL that the text shows is looked at, wherever it stands', () => {
  const hole = { expression: 'vars.x', roots: ['vars'] }
  const found = targetFaults(
    scenario({
      target: 'http://169.254.169.254/latest',
      before: [get('http://2852039166/latest/meta-data')],
      after: [get('https://shop.test/'), get('https://a.cdn.test/')],
      flows: [
        {
          ...flow('main', [
            when([get('http://[::ffff:169.254.169.254]/')], [get('http:\\\\other.test/x')]),
            { kind: 'group', name: 'g', steps: [get('//elsewhere.test/'), get('/path')] },
            get('', [], { name: 'cut', url: { text: '', parts: ['https://shop.test', hole] } }),
            get('', [], { name: 'shown', url: { text: '', parts: ['https://third.test/', hole] } }),
          ]),
          start: [get('https://first.test/')],
        },
      ],
    }),
    rules,
  )
  expect(found.map(({ path, message }) => `${path} | ${message.split(' ')[0]}`)).toEqual([
    'target | http://169.254.169.254',
    'flows.main: GET https://first.test/ | https://first.test',
    'flows.main: GET http://[::ffff:169.254.169.254]/ | http://[::ffff:a9fe:a9fe]',
    'flows.main: GET http:\\\\other.test/x | http://other.test',
    'flows.main: shown | https://third.test',
    'before: GET http://2852039166/latest/meta-data | http://169.254.169.254',
  ])
})

describe('names that are not listed, where ranges are', () => {
  const ranges = { allow: { ...allow, cidrs: ['10.0.0.0/8'] }, allowProxies: false }
  const of = scenario({ target: 'http://inner.test/', flows: [flow('main', [get('https://shop.test/')])] })

  test('are looked up', () => {
    expect(namesToResolve(of, ranges.allow)).toEqual(['inner.test'])
    expect(namesToResolve(of, allow)).toEqual([])
  })

  test('are allowed where one of their addresses is, and where nothing is known', () => {
    expect(targetFaults(of, ranges)).toEqual([])
    expect(targetFaults(of, ranges, new Map([['inner.test', ['10.2.3.4']]]))).toEqual([])
    const [fault] = targetFaults(of, ranges, new Map([['inner.test', ['8.8.8.8', '127.0.0.1']]]))
    expect(fault?.message).toContain('neither the host nor the address is in the allow-list')
    const [nowhere] = targetFaults(of, ranges, new Map([['inner.test', []]]))
    expect(nowhere?.message).toContain('the host is not in the allow-list, and its name has no address')
  })
})

test('a proxy is a fault unless the deployment allows proxies', () => {
  const base = scenario({ target: 'http://shop.test' })
  const proxied = { ...base, http: { ...base.http, proxy: 'http://proxy.test:3128' } }
  expect(targetFaults(proxied, rules).map(({ path }) => path)).toEqual(['http.proxy'])
  expect(targetFaults(proxied, { ...rules, allowProxies: true })).toEqual([])
})

test('the remedy is of where it is refused, and there is none for what is never allowed', () => {
  const fixes = (target: string, remedies = { target: (host: string) => `squall serve --allow ${host}` }) =>
    targetFaults(scenario({ target }), { ...rules, remedies }).map(({ fix }) => fix)
  expect(fixes('http://10.0.0.7:8080')).toEqual(['squall serve --allow 10.0.0.7'])
  expect(fixes('http://[fd00::7]')).toEqual(['squall serve --allow fd00::7'])
  expect(fixes('http://169.254.169.254')).toEqual(['another target: this one is never allowed'])
})

test.each(['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:8080'])(
  'for %s a deployment is not told to allow it: nothing of the user is there',
  target => {
    const [fault] = targetFaults(scenario({ target }), rules)
    expect(fault?.fix).toBe('a host that the deployment reaches: to a Lambda function this one is itself')
  },
)
