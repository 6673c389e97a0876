import { expect, test } from 'vitest'
import { isRegion, nearestRegion } from '../../lib/plan/region.ts'

test.each([
  'us-east-1',
  'eu-central-2',
  'ap-southeast-7',
  'us-gov-west-1',
  'us-isob-east-1',
  'eusc-de-east-1',
  'xx-north-10',
])('%s has the form of a region', text => expect(isRegion(text)).toBe(true))

test.each([
  ['mars-1', undefined],
  ['eu-centrall-1', 'eu-central-1'],
  ['eu-central1', 'eu-central-1'],
  ['EU-CENTRAL-1', 'eu-central-1'],
  ['us-esat-1', 'us-east-1'],
  ['eu-central-1a', 'eu-central-1'],
  ['', undefined],
])('%j is none; what was meant: %s', (text, near) => {
  expect(isRegion(text)).toBe(false)
  expect(nearestRegion(text)).toBe(near)
})
