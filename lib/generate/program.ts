import type { DataSet } from '../scenario/data-set.ts'
import type { UserSlot } from './user-slot.ts'

/**
 * One operation of a compiled flow: does its work for a user and returns the place of the next operation, or `WAIT`
 * where the user goes on later (an answer, a think time).
 */
export type Op = (user: UserSlot) => number

export const WAIT = -1

/** A flow, compiled once a generator and shared by all its users. `start:` stands before the steps. */
export type Program = {
  readonly flowName: string
  /** Place in `plan.flowNames`. */
  readonly flow: number
  readonly ops: readonly Op[]
  /** Where the steps begin: a user that has had its `start:` enters here. */
  readonly mainPc: number
  /** The last operation, which ends the iteration. */
  readonly endPc: number
  /** The data sets that it reads. */
  readonly sets: readonly DataSet[]
  /** By place: the request at or after it (in `plan.requestNames`), on which a template's error is counted; -1: none. */
  readonly requestAt: readonly number[]
}

/** The request at each place or after it, else the last one before it. */
export function requestAtOrAfter(requests: readonly number[]): number[] {
  const found = [...requests]
  let next = -1
  for (let i = found.length - 1; i >= 0; i--) {
    if ((found[i] ?? -1) >= 0) next = found[i] ?? -1
    else found[i] = next
  }
  let last = -1
  for (let i = 0; i < found.length; i++) {
    if ((found[i] ?? -1) >= 0) last = found[i] ?? -1
    else found[i] = last
  }
  return found
}
