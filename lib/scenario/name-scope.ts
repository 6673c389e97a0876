import type { FaultList } from './fault-list.ts'
import type { Expression } from './template.ts'
import { reservedNames } from './template-function.ts'
import type { Place, ScalarNode } from './yaml-node.ts'

/** An expression that reads names, and where it stands. */
export type NameUse = {
  readonly node: ScalarNode
  readonly expression: Expression
  /** `or VALUE` follows: a missing value is no fault. */
  readonly optional: boolean
}

export type SavedName = { readonly place: Place; readonly by: 'save' | 'set' | 'each' }

/** The names that the steps of one flow (or of `before` or `after`) save and read. */
export class NameScope {
  readonly kind: 'flow' | 'before' | 'after' | 'start of the run'
  /** `flow browse`, `before`. */
  readonly title: string
  readonly saved = new Map<string, SavedName>()
  readonly uses: NameUse[] = []

  constructor(kind: NameScope['kind'], title: string) {
    this.kind = kind
    this.title = title
  }

  /** Notes that a step saves this name; what no expression could read is a fault. */
  save(name: string, by: SavedName['by'], place: Place, faults: FaultList): boolean {
    if (name.length > 200) {
      faults.add(place, `a name has ${name.length} characters`, { expected: 'at most 200' })
      return false
    }
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const fix = name
        .replace(/\W+(\w)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')
        .replace(/^(?=\d)/, '_')
      faults.add(place, `"${name}" is no name that {{ }} could read`, {
        expected: 'letters, digits and _, not starting with a digit',
        fix: fix || undefined,
      })
      return false
    }
    if (reservedNames.includes(name)) {
      faults.add(place, `the name "${name}" has a meaning of its own in {{ }}`, {
        expected: 'another name',
        fix: `my${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      })
      return false
    }
    const earlier = this.saved.get(name)
    if (earlier && (earlier.by === 'each') !== (by === 'each')) {
      faults.add(
        place,
        `"${name}" comes from two sources: ${how(earlier.by)}${lineOf(earlier.place)}, and ${how(by)} here`,
        { expected: 'two names' },
      )
      return false
    }
    if (!earlier) this.saved.set(name, { place, by })
    return true
  }
}

/** ` in line 5`, or nothing for what stands in no file. */
export function lineOf(place: Place): string {
  return place.line === undefined ? '' : ` in line ${place.line}`
}

function how(by: SavedName['by']): string {
  return by === 'each' ? 'it runs through a list' : by === 'set' ? 'it is set' : 'it is saved'
}
