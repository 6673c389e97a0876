import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

const css = await readFile(new URL('../../lib/report/html/style/base.css', import.meta.url), 'utf8')
const colours = new Map(
  Array.from(css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g), ([, name, light, dark]) => [
    name ?? '',
    { light: light ?? '', dark: dark ?? '' },
  ]),
)

/** WCAG 2.2, relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string, scheme: 'light' | 'dark'): number {
  const [a, b] = [one, other].map(name => luminance(colours.get(name)?.[scheme] ?? '#000000'))
  const [low, high] = [a ?? 0, b ?? 0].toSorted((x, y) => x - y)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

const TEXT: readonly (readonly [string, string])[] = [
  ...['ink', 'quiet', 'accent', 'pass', 'fail', 'inconclusive'].flatMap(text => [
    [text, 'ground'] as const,
    [text, 'faint'] as const,
  ]),
  ['ink', 'raised'],
  ['quiet', 'raised'],
  ...['pass', 'fail', 'inconclusive'].flatMap(result => [
    [result, `${result}-wash`] as const,
    ['ink', `${result}-wash`] as const,
  ]),
]
const LINES: readonly (readonly [string, string])[] = [
  ['accent', 'ground'],
  ['accent-mid', 'ground'],
  ['fail', 'ground'],
  ['sign', 'pass'],
  ['sign', 'fail'],
  ['sign', 'inconclusive'],
]

describe.each(['light', 'dark'] as const)('%s', scheme => {
  test.each(TEXT)('%s on %s is read: 4.5 to 1 (WCAG AA)', (text, ground) => {
    expect(contrast(text, ground, scheme)).toBeGreaterThanOrEqual(4.5)
  })
  test.each(LINES)('%s on %s is seen: 3 to 1 (WCAG 1.4.11)', (line, ground) => {
    expect(contrast(line, ground, scheme)).toBeGreaterThanOrEqual(3)
  })
})
