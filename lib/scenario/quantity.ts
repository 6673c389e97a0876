import type { GrammarError, Parsed } from './grammar-error.ts'

/** One kind of quantity: the spellings that are read, and those that are recognised only to be corrected. */
export type QuantityKind = {
  /** "a duration". */
  readonly noun: string
  readonly expected: string
  /** Factor to the base unit by the one right spelling. */
  readonly units: Readonly<Record<string, number>>
  /** The right spelling of what people write elsewhere, in lower case, without spaces and dots. */
  readonly aliases: Readonly<Record<string, string>>
  /** The unit that a bare number most likely meant. */
  readonly bare: string
  /** Stands between number and unit: nothing, or a space for money. */
  readonly gap: '' | ' '
}

/** The wrong spellings of a unit. */
export function spellings(right: string, ...wrong: readonly string[]): Record<string, string> {
  return Object.fromEntries(wrong.map(spelling => [spelling, right]))
}

/** A number and its unit in the one right spelling, in the base unit; every other spelling is corrected. */
export function parseQuantity(kind: QuantityKind, source: string): Parsed<number> {
  const text = source.trim()
  if (text === '') return refuse(kind, `${kind.noun} is missing`, undefined)
  const match = /^([+-]?)(\d[\d_]*(?:[.,]\d+)*|\.\d+)([eE][+-]?\d+)?(\s*)(.*)$/s.exec(text)
  if (!match) {
    const name = /^\$\{?[A-Za-z_]|^\{\{/.test(text)
    const message = `"${shown(text)}" is not ${kind.noun}${name ? ': $name stands for a value in a load phase only' : ''}`
    return refuse(kind, message, undefined)
  }
  const [, sign = '', digits = '', exponent = '', space = '', unitText = ''] = match
  const unit = rightUnit(kind, unitText)
  const corrected = plainNumber(digits + exponent)
  const fix = unit === undefined || corrected === undefined ? undefined : `${corrected}${kind.gap}${unit}`
  if (sign === '-' && Number(corrected) !== 0) return refuse(kind, `"${shown(text)}" is negative`, fix)
  if (unit === undefined) return refuse(kind, `"${shown(text)}" has an unknown unit "${shown(unitText)}"`, undefined)
  if (unitText === '') return refuse(kind, `"${shown(text)}" has no unit`, fix)
  const spaced = kind.gap === '' && space !== ''
  if (spaced) return refuse(kind, `"${shown(text)}" has a space before its unit`, fix)
  if (unitText !== unit) return refuse(kind, `"${shown(text)}" spells its unit "${shown(unitText)}"`, fix)
  if (sign !== '' || exponent !== '' || !/^\d+(\.\d+)?$/.test(digits)) {
    return refuse(kind, `"${shown(text)}" is not written as a plain number with a unit`, fix)
  }
  const value = Number(digits) * (kind.units[unit] ?? Number.NaN)
  if (!Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER) {
    return refuse(kind, `"${shown(text)}" is too large`, undefined)
  }
  return { ok: true, value: exact(Number(digits), unit, value) }
}

/** `50%` is 0.5 and `300/m` is 5, though 50 * 0.01 and 300 * (1/60) need not round to them. */
function exact(count: number, unit: string, product: number): number {
  if (unit === '%') return count / 100
  if (unit === '/m') return count / 60
  if (unit === '/h') return count / 3600
  // Fifteen digits are what a double keeps of a decimal: 16511.1 * 1000 is a little less than 16511100.
  return Number(product.toPrecision(15))
}

function rightUnit(kind: QuantityKind, unitText: string): string | undefined {
  if (Object.hasOwn(kind.units, unitText)) return unitText
  const key = unitText.toLowerCase().replace(/[\s.]/g, '')
  if (key === '') return kind.bare
  if (Object.hasOwn(kind.aliases, key)) return kind.aliases[key]
  return Object.keys(kind.units).find(unit => unit.toLowerCase() === key)
}

function plainNumber(digits: string): string | undefined {
  const grouped = digits.replaceAll('_', '')
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(grouped) ? grouped.replaceAll(',', '') : grouped.replace(',', '.')
  const value = Number(plain)
  return Number.isFinite(value) ? trimNumber(value) : undefined
}

/** As it would be written by hand: at most twelve digits, and no exponent below one. */
export function trimNumber(value: number): string {
  if (Number.isInteger(value)) return String(value)
  const text = String(Number(value.toPrecision(12)))
  return text.includes('e-')
    ? Number(text)
        .toFixed(20)
        .replace(/\.?0+$/, '')
    : text
}

/** The text as a fault quotes it. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** A quantity that is not read, with its right spelling where that can be told. */
export function refuse(kind: QuantityKind, message: string, fix: string | undefined): Parsed<number> {
  const error: GrammarError = {
    message,
    expected: kind.expected,
    // Numbers that JavaScript writes with an exponent have no spelling of their own here.
    ...(fix === undefined || /\de[+-]?\d/.test(fix) ? {} : { fix }),
  }
  return { ok: false, errors: [error] }
}
