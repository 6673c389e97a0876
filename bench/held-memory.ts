import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Memory of this process once nothing is left to collect, bytes. */
export type HeldMemory = {
  /** Objects on the heap, and buffers outside of it. */
  readonly objects: number
  /** Machine code and bytecode, which V8 makes of what is called often, and drops of what is not. */
  readonly code: number
}

export function heldMemory(): HeldMemory {
  // Array buffers are let go of by the collection after the one that finds them dead.
  for (let i = 0; i < 3; i++) collect()
  let objects = process.memoryUsage().external
  let code = 0
  for (const { space_name: name, space_used_size: used } of getHeapSpaceStatistics()) {
    if (/code|trusted/.test(name)) code += used
    else objects += used
  }
  return { objects, code }
}

/** Bytes of objects alone. */
export function heldBytes(): number {
  return heldMemory().objects
}
