import { expect, it } from 'vitest'
import { serveAllowList, serveOptionFaults } from '../../lib/cli/serve-command.ts'
import { forbiddenAddress } from '../../lib/plan/allow-list.ts'
import { formatFaults } from '../../lib/scenario/fault.ts'

it.each([
  ['10.0.0.5', '10.0.0.5', '10.0.0.6'],
  ['fd00::5', 'fd00::5', 'fd00::6'],
  ['10.1.0.0/16', '10.1.2.3', '10.2.0.0'],
])('--allow %s names %s, and not %s', (named, allowed, refused) => {
  const forbidden = forbiddenAddress(serveAllowList([named]))
  expect(forbidden(allowed, 80, allowed)).toBeUndefined()
  expect(forbidden(refused, 80, refused)).toBeDefined()
})

it.each(['169.254.169.254', '169.254.0.0/16', 'fe80::1', '10.0.0.0/99', 'a b', 'http://x.example', '10.0.0.1:80'])(
  '--allow %s is refused before anything is served',
  named => {
    const faults = serveOptionFaults({ allow: ['x.example', named], secret: [] }, {})
    expect(formatFaults(faults)).toMatch(/^--allow {2}found ".*"\n {2}expected /)
    expect(faults).toMatchObject([{ message: `found "${named}"` }])
  },
)
