/** Kinds that one request name tells apart; what is beyond is counted as `other`. */
export const MOST_ERROR_KINDS = 100

/** The kind under which the rest is counted. */
export const OTHER_ERRORS = 'other'

export type ErrorCount = {
  kind: string
  count: number
  /** µs from the start of the load. */
  firstUs: number
  lastUs: number
  /** One line that shows the earliest one. */
  sample: string
}

/**
 * Errors by kind. At most 100 kinds are told apart: those that come first in code-unit order, whatever the order in
 * which they occurred, so that merging is associative and commutative and a sharded run keeps what one shard would have.
 * (A kind that is kept in a union is kept in each of its parts, so its count is whole.)
 */
export class ErrorCounts {
  readonly byKind = new Map<string, ErrorCount>()

  record(kind: string, atUs: number, sample: string): void {
    const us = Math.max(0, Math.round(atUs))
    this.addCount({ kind, count: 1, firstUs: us, lastUs: us, sample })
  }

  add(other: ErrorCounts): void {
    for (const error of other.byKind.values()) this.addCount(error)
  }

  addCount(error: ErrorCount): void {
    const known = this.byKind.get(error.kind)
    if (known !== undefined) {
      mergeInto(known, error)
      return
    }
    this.byKind.set(error.kind, { ...error })
    if (this.byKind.size > MOST_ERROR_KINDS + (this.byKind.has(OTHER_ERRORS) ? 1 : 0)) this.foldLast()
  }

  /** Largest count first; equal counts by kind. */
  sorted(): readonly ErrorCount[] {
    return [...this.byKind.values()].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
  }

  private foldLast(): void {
    let last = ''
    for (const kind of this.byKind.keys()) if (kind !== OTHER_ERRORS && kind > last) last = kind
    const folded = this.byKind.get(last)
    if (folded === undefined) return
    this.byKind.delete(last)
    const other = this.byKind.get(OTHER_ERRORS)
    if (other === undefined) this.byKind.set(OTHER_ERRORS, { ...folded, kind: OTHER_ERRORS })
    else mergeInto(other, folded)
  }
}

function mergeInto(target: ErrorCount, from: ErrorCount): void {
  target.count += from.count
  if (from.firstUs < target.firstUs || (from.firstUs === target.firstUs && from.sample < target.sample)) {
    target.firstUs = from.firstUs
    target.sample = from.sample
  }
  if (from.lastUs > target.lastUs) target.lastUs = from.lastUs
}
